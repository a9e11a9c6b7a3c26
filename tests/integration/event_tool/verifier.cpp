#include "tests/integration/event_tool/verifier.hpp"

#include <string_view>
#include <utility>

#include "tests/integration/event_tool/publisher.hpp"

namespace event_tool {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::string_view reason_prefix = "__connect.errors.";

std::int64_t time_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type{};
  return rd_kafka_message_timestamp(&message, &type);
}

std::string_view value_of(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.payload), message.len};
}
std::string_view key_of(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.key), message.key_len};
}

template <typename Match>
bool any_header(const rd_kafka_message_t& message, const Match& match) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    if (match(std::string_view(name), std::string_view(static_cast<const char*>(value), size))) return true;
  return false;
}

bool has_header(const rd_kafka_message_t& message, std::string_view wanted, std::string_view content) {
  return any_header(message, [&](std::string_view name, std::string_view value) { return name == wanted && value == content; });
}

// "event_id":"…" of a body that a plan may have made; the plan then checks every byte.
std::string_view id_in(std::string_view body) {
  constexpr std::string_view field = R"({"event_id":")";
  if (!body.starts_with(field)) return {};
  const auto end = body.find('"', field.size());
  return end == body.npos ? std::string_view() : body.substr(field.size(), end - field.size());
}

}  // namespace

Verifier::Verifier(const EventPlan& plan, VerifySettings settings)
    : plan_(plan),
      settings_(std::move(settings)),
      events_(settings_.brokers, settings_.topic),
      dead_letters_(settings_.brokers, settings_.dead_letter_topic.empty() ? settings_.topic : settings_.dead_letter_topic),
      seen_(plan.settings().count, false) {
  report_.published = plan.settings().count;
  report_.planned = plan.totals();
  if (settings_.dead_letter_topic.empty()) report_.planned.poison = 0;
}

bool Verifier::headers_match(const rd_kafka_message_t& message, std::uint64_t index) const {
  return !settings_.headers || (has_header(message, index_header, std::to_string(index)) && has_header(message, origin_header, origin_value));
}

void Verifier::take_event(const rd_kafka_message_t& message) {
  const std::string_view body = value_of(message);
  report_.arrived(time_of(message));
  auto index = plan_.index_of_id(key_of(message));
  if (!index) {
    index = plan_.index_of_id(id_in(body));
    ++(index ? report_.wrong_key : report_.foreign);
  }
  if (!index) return;
  if (plan_.body(*index) != body) ++report_.altered;
  if (!headers_match(message, *index)) ++report_.wrong_headers;
  ++(seen_[*index] ? report_.repeated : report_.delivered);
  seen_[*index] = true;
}

void Verifier::take_dead_letter(const rd_kafka_message_t& message) {
  const std::string_view body = value_of(message);
  report_.arrived(time_of(message));
  const auto index = plan_.index_of_poison(body);
  if (!index) {
    ++(plan_.index_of_id(id_in(body)) ? report_.dead_good : report_.foreign);
    return;
  }
  if (plan_.poison_body(*index) != body) ++report_.dead_altered;
  if (!any_header(message, [](std::string_view name, std::string_view) { return name.starts_with(reason_prefix); })) ++report_.dead_unexplained;
  ++(seen_[*index] ? report_.dead_repeated : report_.dead_lettered);
  seen_[*index] = true;
}

void Verifier::read(std::chrono::milliseconds within) {
  events_.read(within, [this](const auto& message) { take_event(message); });
  if (!settings_.dead_letter_topic.empty()) dead_letters_.read(within, [this](const auto& message) { take_dead_letter(message); });
}

Report Verifier::run(const std::function<void(const Report&)>& progress) {
  const auto end = Clock::now() + settings_.wait;
  auto told = Clock::now();
  while (!report_.complete() && Clock::now() < end) {
    read(std::chrono::milliseconds(100));
    if (Clock::now() - told < std::chrono::seconds(1)) continue;
    told = Clock::now();
    progress(report_);
  }
  events_.read_to_end([this](const auto& message) { take_event(message); });
  if (!settings_.dead_letter_topic.empty()) dead_letters_.read_to_end([this](const auto& message) { take_dead_letter(message); });
  return report_;
}

}  // namespace event_tool
