#include "plugins/kafka/delivery.hpp"

namespace connector_host_plugins::kafka {

Delivery::Delivery(Producer& producer, const KafkaSettings& settings, connector::Records records, std::size_t first, std::size_t count,
                   connector::Outcomes& outcomes)
    : producer_(producer), settings_(settings), records_(records), first_(first), outcomes_(outcomes), sent_(count) {}

Delivery::~Delivery() {
  settle(Deadline(std::chrono::milliseconds(0)));
}

void Delivery::run(const Deadline& deadline) {
  std::size_t count = 0;
  while (count < sent_.size() && send(count, deadline)) ++count;
  settle(deadline);
  for (std::size_t i = 0; i < count; ++i)
    if (sent_[i].accepted) judge_reported(first_ + i, sent_[i].report);
  // The record that could not be sent and those behind it, so that nothing overtakes it.
  for (std::size_t i = count; i < sent_.size(); ++i) {
    outcomes_.retry(first_ + i, std::string("not sent: ") + rd_kafka_err2str(sent_[count].report.error));
    ++counts_.waiting;
  }
}

// Also when something threw on the way: messages must not outlive their reports.
void Delivery::settle(const Deadline& deadline) {
  if (!settled_) producer_.settle(deadline);
  settled_ = true;
}

bool Delivery::send(std::size_t i, const Deadline& deadline) {
  const std::size_t index = first_ + i;
  const connector::Record record = records_[index];
  if (!connector::is_null(record.raw().destination) && !is_topic_name(record.destination())) {
    outcomes_.reject(index, "the record's destination is not a topic name");
    return true;
  }
  Sent& sent = sent_[i];
  const rd_kafka_resp_err_t error = producer_.produce(message_of(record), sent.report, deadline);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    sent.accepted = true;
    return true;
  }
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    outcomes_.reject(index, too_large(record, "the property message.max.bytes = " + producer_.limit()));
    return true;
  }
  sent.report.error = error;
  notice(index, error);
  return false;
}

Message Delivery::message_of(const connector::Record& record) {
  const connector_record& raw = record.raw();
  Message out{nullptr, connector::null_view(), raw.value, record.headers(), 0};
  if (!connector::is_null(raw.destination)) {
    destination_ = record.destination();
    out.topic = destination_.c_str();
  }
  if (settings_.key != KeyFrom::none) out.key = settings_.key == KeyFrom::id && record.has_id() ? raw.id : raw.key;
  if (settings_.timestamp == TimestampFrom::record) out.timestamp_ms = raw.timestamp_ms;
  return out;
}

void Delivery::judge_reported(std::size_t index, const Report& report) {
  const Verdict verdict = judge(report.error, report.status);
  if (verdict == Verdict::delivered) {
    ++counts_.delivered;
    return outcomes_.delivered(index);
  }
  if (verdict == Verdict::undecided) {
    ++counts_.undecided;
    outcomes_.undecided(index, rd_kafka_err2str(report.error));
  } else {
    ++counts_.waiting;
    outcomes_.retry(index, rd_kafka_err2str(report.error));
  }
  if (verdict == Verdict::suspect) return suspect(index, report);
  held_partitions_.push_back(report.partition);
  notice(index, report.error);
}

// A broker looks at sizes before it looks at sequences, so a batch may be refused while the one before it waits to be
// repeated: its records wait too. Partition -1 is that of records that had none yet, and stands for all.
void Delivery::suspect(std::size_t index, const Report& report) {
  for (std::int32_t held : held_partitions_)
    if (held == report.partition || held == RD_KAFKA_PARTITION_UA) return;
  suspects_.push_back(index);
}

void Delivery::notice(std::size_t index, rd_kafka_resp_err_t error) {
  if (misconfigured_.code != RD_KAFKA_RESP_ERR_NO_ERROR || !is_misconfiguration({error, ""})) return;
  misconfigured_ = {error, ""};
  misconfigured_topic_ = topic_of(records_[index], settings_);
}

std::string Delivery::refusal() const {
  const connector::Record record = records_[suspects_.front()];
  const rd_kafka_resp_err_t error = sent_[suspects_.front() - first_].report.error;
  const std::string topic = topic_of(record, settings_);
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || error == RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE)
    return too_large(record, "what topic '" + topic + "' takes (max.message.bytes)");
  return "topic '" + topic + "' refuses the record: " + rd_kafka_err2str(error);
}

std::string topic_of(const connector::Record& record, const KafkaSettings& settings) {
  return connector::is_null(record.raw().destination) ? settings.topic : std::string(record.destination());
}

std::string too_large(const connector::Record& record, const std::string& limit) {
  return "too large for Kafka: " + std::to_string(record.value().size()) + " bytes of value and " + std::to_string(record.key().size()) + " of key are over " +
         limit;
}

}  // namespace connector_host_plugins::kafka
