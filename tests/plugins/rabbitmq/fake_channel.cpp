#include "fake_channel.hpp"

#include <algorithm>
#include <thread>

#include "fake_broker.hpp"
#include "tests/plugins/rabbitmq/tcp_proxy.hpp"

namespace rabbitmq_test {
namespace {

constexpr std::size_t frame_max = 131072, frame_overhead = 8, at_once = 256 * 1024;
constexpr amqp_method_number_t queue_class = 50;

std::uint64_t number(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char each : bytes) out = out << 8 | static_cast<unsigned char>(each);
  return out;
}

std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += char(value >> (8 * i) & 0xFF);
  return out;
}

std::string long_string(std::string_view text) {
  return big_endian(text.size(), 4) + std::string(text);
}

std::string frame(char type, std::uint16_t channel, std::string_view payload) {
  return type + big_endian(channel, 2) + big_endian(payload.size(), 4) + std::string(payload) +
         '\xCE';
}

std::string method(amqp_method_number_t id, const std::string& arguments) {
  const std::uint16_t channel = id >> 16 == 10 ? 0 : 1;
  return method_frame(channel, std::uint16_t(id >> 16), std::uint16_t(id & 0xFFFF), arguments);
}

// The short string at the front, which is removed.
std::string take_short_string(std::string_view& bytes) {
  const auto size = static_cast<unsigned char>(bytes[0]);
  const std::string out(bytes.substr(1, size));
  bytes.remove_prefix(1 + size);
  return out;
}

// Integers, booleans and text of the table, each as " name=value"; text is quoted.
std::string table_words(std::string_view table) {
  std::string out;
  table.remove_prefix(4);
  while (!table.empty()) {
    out += ' ' + take_short_string(table) + '=';
    const char kind = table[0];
    table.remove_prefix(1);
    const std::size_t size = kind == 'l' ? 8 : kind == 't' ? 1 : 4 + number(table.substr(0, 4));
    const std::string_view value = table.substr(0, size);
    if (kind == 'l') out += std::to_string(std::int64_t(number(value)));
    if (kind == 't') out += value[0] ? "true" : "false";
    if (kind == 'S') out += '"' + std::string(value.substr(4)) + '"';
    table.remove_prefix(size);
  }
  return out;
}

}  // namespace

FakeChannel::FakeChannel(const FakeSettings& settings, FakeJournal& journal)
    : settings_(&settings), journal_(&journal) {
  journal_->count_connection();
  journal_->set_unsettled(0);
}

void FakeChannel::greet() {
  answer(AMQP_CONNECTION_START_METHOD,
         std::string("\0\x09", 2) + long_string("") + long_string("PLAIN") + long_string("en_US"));
}

void FakeChannel::answer(amqp_method_number_t id, const std::string& arguments) {
  out_ += method(id, arguments);
}

void FakeChannel::take(std::string_view payload) {
  const auto id = amqp_method_number_t(number(payload.substr(0, 4)));
  const std::string_view arguments = payload.substr(4);
  if (settings_->silent_at != 0 && id == settings_->silent_at) return journal_->count_silence();
  if (id >> 16 == queue_class) std::this_thread::sleep_for(settings_->slowness);
  switch (id) {
    case AMQP_CONNECTION_START_OK_METHOD:
      return answer(AMQP_CONNECTION_TUNE_METHOD,
                    big_endian(2047, 2) + big_endian(frame_max, 4) + big_endian(60, 2));
    case AMQP_CONNECTION_OPEN_METHOD:
      return answer(AMQP_CONNECTION_OPEN_OK_METHOD, short_string(""));
    case AMQP_CHANNEL_OPEN_METHOD:
      return answer(AMQP_CHANNEL_OPEN_OK_METHOD, long_string(""));
    case AMQP_QUEUE_DECLARE_METHOD:
      return answer(AMQP_QUEUE_DECLARE_OK_METHOD,
                    short_string("q") + big_endian(100'000, 4) + big_endian(1, 4));
    case AMQP_QUEUE_BIND_METHOD:
      return answer(AMQP_QUEUE_BIND_OK_METHOD);
    case AMQP_BASIC_QOS_METHOD:
      return set_prefetch(arguments);
    case AMQP_BASIC_CONSUME_METHOD:
      return consume(arguments);
    case AMQP_BASIC_CANCEL_METHOD:
      return cancel(arguments);
    case AMQP_BASIC_ACK_METHOD:
      return settle(arguments, "ack");
    case AMQP_BASIC_NACK_METHOD:
      return settle(arguments, "nack");
    case AMQP_BASIC_REJECT_METHOD:
      return refuse("basic.reject, which RabbitMQ 4.3 counts as a failed delivery");
    case AMQP_CHANNEL_CLOSE_METHOD:
      return answer(AMQP_CHANNEL_CLOSE_OK_METHOD);
    case AMQP_CONNECTION_CLOSE_METHOD:
      gone_ = true;  // the source takes the end for an answer
      return;
    default:
      return;
  }
}

void FakeChannel::refuse(const std::string& what) {
  journal_->add_violation(what);
  answer(AMQP_CONNECTION_CLOSE_METHOD,
         big_endian(530, 2) + short_string("NOT_ALLOWED - " + what) + big_endian(0, 4));
}

void FakeChannel::set_prefetch(std::string_view arguments) {
  prefetch_ = number(arguments.substr(4, 2));
  journal_->add("qos " + std::to_string(prefetch_));
  if (prefetch_ == 0) return refuse("basic.qos with 0, which is no limit");
  if (arguments[6] != 0) return refuse("basic.qos with global=true, which RabbitMQ 4.3 refuses");
  answer(AMQP_BASIC_QOS_OK_METHOD);
}

void FakeChannel::consume(std::string_view arguments) {
  arguments.remove_prefix(2);
  take_short_string(arguments);  // the queue
  const std::string tag = take_short_string(arguments);
  arguments.remove_prefix(1);  // no-local, no-ack, exclusive, no-wait
  journal_->add("consume " + tag + table_words(arguments));
  if (!consumers_.emplace(tag, Consumer{prefetch_, {}}).second)
    return refuse("attempt to reuse consumer tag " + tag);
  answer(AMQP_BASIC_CONSUME_OK_METHOD, short_string(tag));
}

void FakeChannel::cancel(std::string_view arguments) {
  const std::string tag = take_short_string(arguments);
  journal_->add("cancel " + tag);
  if (const auto found = consumers_.find(tag); found != consumers_.end())
    found->second.cancelled = true;
  answer(AMQP_BASIC_CANCEL_OK_METHOD, short_string(tag));
}

void FakeChannel::settle(std::string_view arguments, const char* name) {
  const std::uint64_t tag = number(arguments.substr(0, 8));
  const bool multiple = (arguments[8] & 1) != 0, requeue = (arguments[8] & 2) != 0;
  journal_->add(name + (' ' + std::to_string(tag)) + (multiple ? " multiple" : "") +
                (requeue ? " requeue" : ""));
  const std::uint64_t before = unsettled();
  for (auto& [consumer_tag, consumer] : consumers_) {
    auto& tags = consumer.unsettled;
    tags.erase(multiple ? tags.begin() : tags.lower_bound(tag), tags.upper_bound(tag));
    if (tags.empty()) consumer.timed_out = false;
  }
  if (unsettled() == before)
    refuse(std::string(name) + " of a delivery that is not outstanding: unknown delivery tag " +
           std::to_string(tag));
  journal_->set_unsettled(unsettled());
}

void FakeChannel::cancel_consumers() {
  for (auto& [tag, consumer] : consumers_) {
    if (consumer.cancelled || consumer.timed_out) continue;
    consumer.timed_out = true;
    answer(AMQP_BASIC_CANCEL_METHOD, short_string(tag) + '\x01');
  }
}

void FakeChannel::deliver(std::uint64_t& supply) {
  for (auto& [tag, consumer] : consumers_) {
    while (!consumer.cancelled && !consumer.timed_out && supply > 0 && out_.size() < at_once &&
           consumer.unsettled.size() < consumer.prefetch) {
      --supply;
      consumer.unsettled.insert(++newest_);
      journal_->set_unsettled(unsettled());
      out_ += delivery(newest_, tag);
    }
  }
}

std::uint64_t FakeChannel::unsettled() const {
  std::uint64_t out = 0;
  for (const auto& [tag, consumer] : consumers_) out += consumer.unsettled.size();
  return out;
}

std::string FakeChannel::properties() const {
  if (settings_->header_size == 0) return big_endian(0, 2);
  const std::string entry =
      short_string("x-large") + 'S' + long_string(std::string(settings_->header_size, 'h'));
  return big_endian(AMQP_BASIC_HEADERS_FLAG, 2) + long_string(entry);
}

std::string FakeChannel::delivery(std::uint64_t tag, const std::string& consumer) const {
  std::string out =
      method(AMQP_BASIC_DELIVER_METHOD, short_string(consumer) + big_endian(tag, 8) + '\0' +
                                            short_string("") + short_string("q"));
  out += frame(
      AMQP_FRAME_HEADER, 1,
      big_endian(60, 2) + big_endian(0, 2) + big_endian(settings_->body_size, 8) + properties());
  for (std::size_t left = settings_->body_size; left > 0;) {
    const std::size_t size = std::min(left, frame_max - frame_overhead);
    out += frame(AMQP_FRAME_BODY, 1, std::string(size, FakeBroker::byte_of(tag)));
    left -= size;
  }
  return out;
}

}  // namespace rabbitmq_test
