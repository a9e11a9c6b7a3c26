#include "plugins/kafka/delivery.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace connector_host_plugins::kafka {
namespace {

// Limits that could not be read are asked for again after this long, and no record is rejected by
// older ones than that.
constexpr std::chrono::seconds unknown_for{60}, trusted_for{10};

bool wants_limits(const Topic& topic) {
  return !topic.limits_known && topic.limits_read + unknown_for < Deadline::Clock::now();
}

// What a topic's limit leaves for the records of a batch.
std::size_t room_in(const Topic& topic) {
  constexpr std::int64_t longest_batch_fields = 512;
  return std::size_t(std::max<std::int64_t>(0, topic.limits.max_bytes() - longest_batch_fields));
}

std::int64_t unix_time_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string limit_of(const Topic& topic) {
  const std::int64_t limit = topic.limits.max_bytes();
  return "what topic '" + std::string(topic.name()) + "' takes (max.message.bytes" +
         (limit == TopicLimits::none ? "" : " = " + std::to_string(limit)) + ")";
}

// The reason of a rejected record: its sizes, and the limit in words.
std::string too_large(const Message& message, const std::string& limit) {
  std::size_t headers = 0;
  for (const connector_header& header : message.headers)
    headers += header.name.size + header.value.size;
  return "too large for Kafka: " + std::to_string(message.value.size) + " bytes of value, " +
         std::to_string(message.key.size) + " of key and " + std::to_string(headers) +
         " of headers are over " + limit;
}

}  // namespace

Delivery::Delivery(Producer& producer, const KafkaSettings& settings,
                   LeaderlessPartitions& leaderless, connector::Records records, std::size_t first,
                   std::size_t count, connector::Outcomes& outcomes)
    : producer_(producer),
      settings_(settings),
      leaderless_(leaderless),
      records_(records),
      first_(first),
      outcomes_(outcomes),
      sent_(count),
      room_(producer.limits()),
      now_ms_(unix_time_ms()) {}

// Also when something threw on the way: messages must not outlive their reports.
Delivery::~Delivery() {
  settle(Deadline(std::chrono::milliseconds(0)));
}

void Delivery::run(const Deadline& deadline) {
  producer_.begin();
  prepare_topics(deadline);
  std::size_t next = 0;
  while (next < sent_.size() && stopped_.empty()) {
    next = write_portion(next, deadline);
    if (stopped_.empty() && (deadline.passed() || producer_.ended()))
      stopped_ = "the write ended before its turn";
  }
  // What could not be sent and all behind it, so that nothing is overtaken.
  for (; next < sent_.size(); ++next) {
    outcomes_.retry(first_ + next, "not sent: " + stopped_);
    ++counts_.waiting;
  }
}

void Delivery::prepare_topics(const Deadline& deadline) {
  std::vector<Topic*> unknown;
  bool own_seen = false;
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    const connector::Record record = records_[first_ + i];
    const bool own = connector::is_null(record.raw().destination);
    if (own ? own_seen : names_no_topic(record)) continue;
    own_seen = own_seen || own;
    Topic& topic = producer_.topic(topic_of(record));
    if (wants_limits(topic) && std::find(unknown.begin(), unknown.end(), &topic) == unknown.end())
      unknown.push_back(&topic);
  }
  producer_.learn_limits(unknown, deadline);
}

std::size_t Delivery::write_portion(std::size_t from, const Deadline& deadline) {
  std::size_t end = from;
  while (end < sent_.size() && take(end, deadline)) ++end;
  settle(deadline);
  for (std::size_t i = from; i < end; ++i)
    if (sent_[i].topic) judge_reported(i);
  return end;
}

void Delivery::settle(const Deadline& deadline) {
  if (!room_.empty())
    producer_.settle(deadline, [this](const Deadline& soon) { return only_leaderless_left(soon); });
  room_.clear();
}

bool Delivery::only_leaderless_left(const Deadline& deadline) {
  std::map<Topic*, std::set<std::int32_t>> known;
  const auto left = [](const Sent& sent) { return sent.topic && !sent.report.reported; };
  for (const Sent& sent : sent_) {
    if (!left(sent)) continue;
    const auto [found, added] = known.try_emplace(sent.topic);
    if (added) found->second = producer_.leaderless(*sent.topic, deadline);
    if (!found->second.contains(sent.report.partition)) return false;
  }
  if (known.empty()) return false;
  for (Sent& sent : sent_)
    if (left(sent))
      leaderless_.add(sent.topic->name(), sent.report.partition), sent.report.leaderless = true;
  return abandoned_leaderless_ = true;
}

void Delivery::defer(std::size_t at) {
  const Report& report = sent_[at].report;
  const std::string why = "partition " + std::to_string(report.partition) + " of topic '" +
                          topic_of(records_[first_ + at]) + "' has no leader";
  if (report.status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED) {
    ++counts_.waiting;
    return outcomes_.retry(first_ + at, why);
  }
  ++counts_.undecided;
  outcomes_.undecided(first_ + at, why);
}

bool Delivery::take(std::size_t at, const Deadline& deadline) {
  const connector::Record record = records_[first_ + at];
  if (names_no_topic(record)) {
    outcomes_.reject(first_ + at, "the record's destination is not a topic name");
    return true;
  }
  Topic& topic = producer_.topic(topic_of(record));
  Message message = message_of(record);
  message.topic = &topic;
  if (const std::string reason = rejection(topic, message, deadline); !reason.empty()) {
    outcomes_.reject(first_ + at, reason);
    return true;
  }
  const std::size_t size = message.size();
  if (!room_.has(size, room_in(topic)) || (!topic.known && !room_.empty())) return false;
  sent_[at].report.refused = &refused_;
  const rd_kafka_resp_err_t error = producer_.produce(message, sent_[at].report);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return is_decided(at, message, error);
  sent_[at].topic = &topic;
  own_timestamps_ = own_timestamps_ || message.timestamp_ms > 0;
  room_.take(size);
  if (!topic.known) room_.close();
  return true;
}

std::string Delivery::rejection(Topic& topic, const Message& message, const Deadline& deadline) {
  std::string out = rejection_by_limits(topic, message);
  if (out.empty() || topic.limits_read + trusted_for > Deadline::Clock::now()) return out;
  producer_.learn_limits({&topic}, deadline);
  return rejection_by_limits(topic, message);
}

// Of a compressed batch only the broker knows the size that counts.
std::string Delivery::rejection_by_limits(const Topic& topic, const Message& message) const {
  const auto fits = [&](std::size_t size) {
    return std::int64_t(size) <= topic.limits.max_bytes();
  };
  if (!producer_.compresses() && !fits(message.batch_size()))
    return too_large(message, limit_of(topic));
  return message.timestamp_ms == 0
             ? ""
             : topic.limits.timestamp_refusal(topic.name(), message.timestamp_ms, now_ms_);
}

bool Delivery::is_decided(std::size_t at, const Message& message, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    outcomes_.reject(first_ + at, too_large(message, "the property message.max.bytes = " +
                                                         producer_.property("message.max.bytes")));
    return true;
  }
  if (sent_[at].report.leaderless) return defer(at), true;
  // A queue that is full has room again when the portion is delivered.
  if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && !room_.empty()) return false;
  stopped_ = rd_kafka_err2str(error);
  notice(first_ + at, error);
  return false;
}

bool Delivery::names_no_topic(const connector::Record& record) const {
  return !connector::is_null(record.raw().destination) && !is_topic_name(record.destination());
}

const std::string& Delivery::topic_of(const connector::Record& record) {
  if (connector::is_null(record.raw().destination)) return settings_.topic;
  destination_ = record.destination();
  return destination_;
}

Message Delivery::message_of(const connector::Record& record) const {
  const connector_record& raw = record.raw();
  Message out{nullptr, connector::null_view(), raw.value, record.headers(), 0};
  const bool prefers_id = settings_.key == KeyFrom::id ||
                          (settings_.key == KeyFrom::automatic && !record.is_keyed_by_rule());
  if (settings_.key != KeyFrom::none) out.key = prefers_id && record.has_id() ? raw.id : raw.key;
  if (settings_.timestamp == TimestampFrom::record) out.timestamp_ms = raw.timestamp_ms;
  return out;
}

void Delivery::judge_reported(std::size_t at) {
  const std::size_t index = first_ + at;
  const Report& report = sent_[at].report;
  if (report.partition != RD_KAFKA_PARTITION_UA) sent_[at].topic->known = true;
  const Verdict verdict = verdict_on(report);
  if (report.leaderless && verdict != Verdict::delivered) {
    if (abandoned_leaderless_) stopped_ = "a record before it is not delivered";
    return defer(at);
  }
  if (verdict == Verdict::delivered) {
    ++counts_.delivered;
    return outcomes_.delivered(index);
  }
  stopped_ = "a record before it is not delivered";
  if (verdict == Verdict::undecided) {
    ++counts_.undecided;
    outcomes_.undecided(index, rd_kafka_err2str(report.error));
  } else {
    ++counts_.waiting;
    outcomes_.retry(index, rd_kafka_err2str(report.error));
  }
  if (verdict == Verdict::suspect) return suspects_.push_back(index);
  notice(index, report.error);
}

// Where all timestamps were this host's, it is its clock that is at fault, and no record.
Verdict Delivery::verdict_on(const Report& report) const {
  if (report.error == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP && !own_timestamps_)
    return Verdict::retry;
  return judge(report.error, report.status);
}

void Delivery::notice(std::size_t index, rd_kafka_resp_err_t error) {
  if (misconfigured_.code != RD_KAFKA_RESP_ERR_NO_ERROR || !is_misconfiguration({error, ""}))
    return;
  misconfigured_ = {error, ""};
  misconfigured_topic_ = topic_of(records_[index]);
}

std::string Delivery::refusal() {
  const Sent& sent = sent_[suspects_.front() - first_];
  const Message message = message_of(records_[suspects_.front()]);
  const rd_kafka_resp_err_t error = sent.report.error;
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
      error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
    return too_large(message, limit_of(*sent.topic));
  const std::string what = error == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP
                               ? "record's timestamp " + std::to_string(message.timestamp_ms)
                               : "record";
  return "topic '" + std::string(sent.topic->name()) + "' refuses the " + what + ": " +
         rd_kafka_err2str(error);
}

}  // namespace connector_host_plugins::kafka
