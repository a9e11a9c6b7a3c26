#include "plugins/kafka/delivery.hpp"

namespace connector_host_plugins::kafka {

Delivery::Delivery(Producer& producer, const KafkaSettings& settings, connector::Records records, std::size_t first, std::size_t count,
                   connector::Outcomes& outcomes)
    : producer_(producer), settings_(settings), records_(records), first_(first), outcomes_(outcomes), write_(count) {
  producer_.enter(write_);
}

Delivery::~Delivery() {
  settle(Deadline(std::chrono::milliseconds(0)));
  producer_.leave(write_);
}

void Delivery::run(const Deadline& deadline) {
  std::size_t sent = 0;
  while (sent < write_.slots.size() && send(sent, deadline)) ++sent;
  settle(deadline);
  for (std::size_t i = 0; i < sent; ++i)
    if (write_.slots[i].accepted) judge_reported(first_ + i, write_.slots[i]);
  // The record that could not be sent and those behind it, so that nothing overtakes it.
  for (std::size_t i = sent; i < write_.slots.size(); ++i) {
    outcomes_.retry(first_ + i, std::string("not sent: ") + rd_kafka_err2str(write_.slots[sent].error));
    ++counts_.waiting;
  }
}

// Also when something threw on the way: messages must not outlive their slots.
void Delivery::settle(const Deadline& deadline) {
  if (!settled_) producer_.settle(write_, accepted_, deadline);
  settled_ = true;
}

bool Delivery::send(std::size_t i, const Deadline& deadline) {
  const std::size_t index = first_ + i;
  const connector::Record record = records_[index];
  if (!connector::is_null(record.raw().destination) && !is_topic_name(record.destination())) {
    outcomes_.reject(index, "the record's destination is not a topic name");
    return true;
  }
  Slot& slot = write_.slots[i];
  const rd_kafka_resp_err_t error = producer_.produce(message_of(record), write_, slot, deadline);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    slot.accepted = true;
    ++accepted_;
    return true;
  }
  if (error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
    outcomes_.reject(index, too_large(record, "the property message.max.bytes = " + producer_.limit()));
    return true;
  }
  slot.error = error;
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

void Delivery::judge_reported(std::size_t index, const Slot& slot) {
  const Verdict verdict = judge(slot.error, slot.status);
  if (verdict == Verdict::delivered) {
    ++counts_.delivered;
    return outcomes_.delivered(index);
  }
  if (verdict == Verdict::undecided) {
    ++counts_.undecided;
    outcomes_.undecided(index, rd_kafka_err2str(slot.error));
  } else {
    ++counts_.waiting;
    outcomes_.retry(index, rd_kafka_err2str(slot.error));
  }
  if (verdict == Verdict::suspect) return suspect(index, slot);
  held_partitions_.push_back(slot.partition);
  notice(index, slot.error);
}

// A broker looks at sizes before it looks at sequences, so a batch may be refused while the one before it waits to be
// repeated: its records wait too. Partition -1 is that of records that had none yet, and stands for all.
void Delivery::suspect(std::size_t index, const Slot& slot) {
  for (std::int32_t held : held_partitions_)
    if (held == slot.partition || held == RD_KAFKA_PARTITION_UA) return;
  suspects_.push_back(index);
}

void Delivery::notice(std::size_t index, rd_kafka_resp_err_t error) {
  if (misconfigured_.code != RD_KAFKA_RESP_ERR_NO_ERROR || !is_misconfiguration({error, ""})) return;
  misconfigured_ = {error, ""};
  misconfigured_topic_ = topic_of(records_[index], settings_);
}

std::string Delivery::refusal() const {
  const connector::Record record = records_[suspects_.front()];
  const rd_kafka_resp_err_t error = write_.slots[suspects_.front() - first_].error;
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
