#include "plugins/rabbitmq/stream_progress.hpp"

#include <charconv>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

constexpr std::string_view state_name = "stream_offset";
constexpr std::chrono::seconds interval{1};
constexpr std::uint64_t order_group = 1;  // a stream has one order

std::string place_of(const SourceSettings& settings) {
  return settings.brokers.front().virtual_host + '\n' + settings.queue;
}

}  // namespace

StreamProgress::StreamProgress(connector::Host host, const SourceSettings& settings)
    : host_(host), settings_(&settings), kept_(stored(host, settings)), ledger_(kept_) {}

std::optional<std::uint64_t> StreamProgress::stored(const connector::Host& host,
                                                    const SourceSettings& settings) {
  const std::string text = host.state(state_name).value_or("");
  std::uint64_t offset = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, offset);
  if (error != std::errc() || std::string_view(rest, end) != '\n' + place_of(settings)) return {};
  return offset;
}

void StreamProgress::store(const connector::Host& host, const SourceSettings& settings,
                           std::optional<std::uint64_t> offset) {
  const std::string text = offset ? std::to_string(*offset) + '\n' + place_of(settings) : "";
  if (host.keep_state(state_name, text) != CONNECTOR_OK)
    throw connector::retriable("the host could not store the offset of the stream");
}

std::optional<std::uint64_t> StreamProgress::offset_in(const amqp_frame_t& header) {
  const auto& properties =
      *static_cast<const amqp_basic_properties_t*>(header.payload.properties.decoded);
  const int count =
      properties._flags & AMQP_BASIC_HEADERS_FLAG ? properties.headers.num_entries : 0;
  for (int i = 0; i < count; ++i) {
    const amqp_table_entry_t& each = properties.headers.entries[i];
    if (text_of(each.key) == "x-stream-offset" && each.value.kind == AMQP_FIELD_KIND_I64)
      return std::uint64_t(each.value.value.i64);
  }
  return {};
}

void StreamProgress::begin_consumer(ArgumentTable& arguments) {
  static const std::string name = "x-stream-offset";
  const auto from = ledger_.begin_consumer();
  if (!from) return settings_->stream_start.add_to(arguments);
  start_ = std::to_string(*from);
  arguments.add(name, start_);
}

void StreamProgress::receive(std::uint64_t offset) {
  const std::uint64_t removed = ledger_.receive(offset);
  if (removed == 0) return;
  host_.warn(std::to_string(removed) + " returned records are lost: stream '" + settings_->queue +
             "' has removed them by its retention");
}

void StreamProgress::hand_out(connector_record& record, std::uint64_t offset) {
  record.order = order_group;
  record.delivery_count = ledger_.hand_out(record.position, offset);
  if (record.delivery_count > 0) record.flags |= CONNECTOR_REDELIVERED;
  if (!kept_ && !failing_) keep();
}

void StreamProgress::keep_if_due() {
  if (Clock::now() >= next_keep_) keep();
}

void StreamProgress::keep() {
  next_keep_ = Clock::now() + interval;
  const auto offset = ledger_.first_unsettled();
  if (!offset || offset == kept_) return;
  try {
    store(host_, *settings_, offset);
    kept_ = offset;
    failing_ = false;
  } catch (const connector::Error& error) {
    if (!failing_)
      host_.warn(std::string(error.what()) +
                 "; tried again every second, and a restart repeats records");
    failing_ = true;
  }
}

}  // namespace connector_host_plugins::rabbitmq
