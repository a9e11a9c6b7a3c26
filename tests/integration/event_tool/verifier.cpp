#include "tests/integration/event_tool/verifier.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "tests/integration/event_tool/publisher.hpp"
#include "tests/integration/event_tool/record_headers.hpp"

namespace event_tool {
namespace {

using Clock = std::chrono::steady_clock;
using Headers = std::multimap<std::string, std::optional<std::string>>;

constexpr std::string_view reason_prefix = "__connect.errors.";
// Not the publisher's: traces have tests of their own, and RabbitMQ counts deliveries in a header.
constexpr std::array<std::string_view, 5> added_on_the_way = {
    "traceparent", "tracestate", "baggage", "x-delivery-count", "x-acquired-count"};

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

// As the publisher wrote them; in whatever order.
Headers published_headers(const rd_kafka_message_t& message) {
  const RecordHeaders all = headers_of(message);
  Headers out(all.begin(), all.end());
  std::erase_if(out, [](const auto& each) {
    return std::find(added_on_the_way.begin(), added_on_the_way.end(), each.first) !=
           added_on_the_way.end();
  });
  return out;
}

// What every event says of itself (publisher.cpp), as the rabbitmq plugin's README has it.
Headers own_headers(std::uint64_t index) {
  return {{std::string(index_header), std::to_string(index)},
          {std::string(origin_header), std::string(origin_value)},
          {"amqp.content_type", "application/json"}};
}

Headers event_headers(const EventPlan& plan, std::uint64_t index) {
  Headers all = own_headers(index);
  all.emplace("amqp.message_id", plan.id(index));
  return all;
}

// Whether it tells where it failed and why; those headers are taken away.
bool take_reason(Headers& headers) {
  const auto stage = headers.find(std::string(reason_prefix) + "stage"),
             message = headers.find(std::string(reason_prefix) + "exception.message");
  const bool told = stage != headers.end() && stage->second == "IDENTIFY" &&
                    message != headers.end() && message->second && !message->second->empty();
  std::erase_if(headers, [](const auto& each) { return each.first.starts_with(reason_prefix); });
  return told;
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
      dead_letters_(settings_.brokers, settings_.dead_letter_topic.empty()
                                           ? settings_.topic
                                           : settings_.dead_letter_topic),
      seen_(plan.settings().count, false) {
  report_.published = plan.settings().count;
  report_.planned = plan.totals();
  if (settings_.dead_letter_topic.empty()) report_.planned.poison = 0;
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
  if (published_headers(message) != event_headers(plan_, *index)) ++report_.wrong_headers;
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
  Headers headers = published_headers(message);
  if (!take_reason(headers)) ++report_.dead_unexplained;
  if (headers != own_headers(*index)) ++report_.wrong_headers;
  ++(seen_[*index] ? report_.dead_repeated : report_.dead_lettered);
  seen_[*index] = true;
}

void Verifier::read(std::chrono::milliseconds within) {
  events_.read(within, [this](const auto& message) { take_event(message); });
  if (!settings_.dead_letter_topic.empty())
    dead_letters_.read(within, [this](const auto& message) { take_dead_letter(message); });
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
  if (!settings_.dead_letter_topic.empty())
    dead_letters_.read_to_end([this](const auto& message) { take_dead_letter(message); });
  return report_;
}

}  // namespace event_tool
