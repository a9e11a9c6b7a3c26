#include "plugins/kafka/delivery.hpp"

namespace connector_host_plugins::kafka {
namespace {

// The reason of a rejected record: its sizes, and the limit in words.
std::string too_large(const Message& message, const std::string& limit) {
  std::size_t headers = 0;
  for (const connector_header& header : message.headers) headers += header.name.size + header.value.size;
  return "too large for Kafka: " + std::to_string(message.value.size) + " bytes of value, " + std::to_string(message.key.size) + " of key and " +
         std::to_string(headers) + " of headers are over " + limit;
}

}  // namespace

Delivery::Delivery(Producer& producer, const KafkaSettings& settings, connector::Records records, std::size_t first, std::size_t count,
                   connector::Outcomes& outcomes)
    : producer_(producer), settings_(settings), records_(records), first_(first), outcomes_(outcomes), sent_(count), room_(producer.limits()) {}

// Also when something threw on the way: messages must not outlive their reports.
Delivery::~Delivery() {
  settle(Deadline(std::chrono::milliseconds(0)));
}

void Delivery::run(const Deadline& deadline) {
  producer_.begin();
  ask_for_topics();
  std::size_t next = 0;
  while (next < sent_.size() && stopped_.empty()) {
    next = write_portion(next, deadline);
    if (stopped_.empty() && (deadline.passed() || producer_.ended())) stopped_ = "the write ended before its turn";
  }
  // What could not be sent and all behind it, so that nothing is overtaken.
  for (; next < sent_.size(); ++next) {
    outcomes_.retry(first_ + next, "not sent: " + stopped_);
    ++counts_.waiting;
  }
}

void Delivery::ask_for_topics() {
  for (std::size_t i = 0; i < sent_.size(); ++i) {
    const connector::Record record = records_[first_ + i];
    if (!connector::is_null(record.raw().destination) && !names_no_topic(record)) producer_.topic(topic_of(record));
  }
}

std::size_t Delivery::write_portion(std::size_t from, const Deadline& deadline) {
  std::size_t end = from;
  while (end < sent_.size() && take(end)) ++end;
  settle(deadline);
  for (std::size_t i = from; i < end; ++i)
    if (sent_[i].topic) judge_reported(i);
  return end;
}

void Delivery::settle(const Deadline& deadline) {
  if (!room_.empty()) producer_.settle(deadline);
  room_.clear();
}

bool Delivery::take(std::size_t at) {
  const connector::Record record = records_[first_ + at];
  if (names_no_topic(record)) {
    outcomes_.reject(first_ + at, "the record's destination is not a topic name");
    return true;
  }
  Topic& topic = producer_.topic(topic_of(record));
  Message message = message_of(record);
  message.topic = &topic;
  const std::size_t size = message.size();
  if (!room_.has(size) || (!topic.known && !room_.empty())) return false;
  const rd_kafka_resp_err_t error = producer_.produce(message, sent_[at].report);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return is_decided(at, message, error);
  sent_[at].topic = &topic;
  own_timestamps_ = own_timestamps_ || message.timestamp_ms > 0;
  room_.take(size);
  if (!topic.known) room_.close();
  return true;
}

bool Delivery::is_decided(std::size_t at, const Message& message, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    outcomes_.reject(first_ + at, too_large(message, "the property message.max.bytes = " + producer_.property("message.max.bytes")));
    return true;
  }
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
  const bool prefers_id = settings_.key == KeyFrom::id || (settings_.key == KeyFrom::automatic && !record.is_keyed_by_rule());
  if (settings_.key != KeyFrom::none) out.key = prefers_id && record.has_id() ? raw.id : raw.key;
  if (settings_.timestamp == TimestampFrom::record) out.timestamp_ms = raw.timestamp_ms;
  return out;
}

void Delivery::judge_reported(std::size_t at) {
  const std::size_t index = first_ + at;
  const Report& report = sent_[at].report;
  if (report.partition != RD_KAFKA_PARTITION_UA) sent_[at].topic->known = true;
  const Verdict verdict = verdict_on(report);
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
  if (report.error == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP && !own_timestamps_) return Verdict::retry;
  return judge(report.error, report.status);
}

void Delivery::notice(std::size_t index, rd_kafka_resp_err_t error) {
  if (misconfigured_.code != RD_KAFKA_RESP_ERR_NO_ERROR || !is_misconfiguration({error, ""})) return;
  misconfigured_ = {error, ""};
  misconfigured_topic_ = topic_of(records_[index]);
}

std::string Delivery::refusal() {
  const connector::Record record = records_[suspects_.front()];
  const rd_kafka_resp_err_t error = sent_[suspects_.front() - first_].report.error;
  const std::string& topic = topic_of(record);
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
    return too_large(message_of(record), "what topic '" + topic + "' takes (max.message.bytes)");
  return "topic '" + topic + "' refuses the record: " + rd_kafka_err2str(error);
}

}  // namespace connector_host_plugins::kafka
