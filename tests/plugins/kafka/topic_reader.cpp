#include "tests/plugins/kafka/topic_reader.hpp"

#include <stdexcept>

namespace kafka_test {
namespace {

constexpr int patience_ms = 15000;

rd_kafka_t* make_client(rd_kafka_type_t type, const std::string& brokers) {
  char reason[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), reason, sizeof reason);
  if (type == RD_KAFKA_CONSUMER) {
    rd_kafka_conf_set(conf, "group.id", "test-kafka-sink", reason, sizeof reason);
    rd_kafka_conf_set(conf, "enable.auto.commit", "false", reason, sizeof reason);
    rd_kafka_conf_set(conf, "fetch.wait.max.ms", "10", reason, sizeof reason);
  }
  rd_kafka_t* client = rd_kafka_new(type, conf, reason, sizeof reason);
  if (!client) throw std::runtime_error(reason);
  return client;
}

// One consumer for one reading, gone before the topic may be: closing one whose topic was deleted
// under it can hang in librdkafka 2.0.
class Consumer {
 public:
  explicit Consumer(const std::string& brokers) : client_(make_client(RD_KAFKA_CONSUMER, brokers)) {
    rd_kafka_poll_set_consumer(client_);
  }
  ~Consumer() {
    rd_kafka_assign(client_, nullptr);
    rd_kafka_consumer_close(client_);
    rd_kafka_destroy(client_);
  }
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;
  rd_kafka_t* get() const { return client_; }

 private:
  rd_kafka_t* client_;
};

Bytes bytes_of(const void* data, std::size_t size) {
  return data ? Bytes(std::string(static_cast<const char*>(data), size)) : Bytes();
}

ReadMessage copy_message(const rd_kafka_message_t& message) {
  ReadMessage out;
  out.key = bytes_of(message.key, message.key_len);
  out.value = bytes_of(message.payload, message.len);
  out.timestamp_ms = rd_kafka_message_timestamp(&message, nullptr);
  out.partition = message.partition;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  const char* name;
  const void* value;
  std::size_t size;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    out.headers.emplace_back(name, bytes_of(value, size));
  return out;
}

}  // namespace

TopicReader::TopicReader(const std::string& brokers, std::string name)
    : brokers_(brokers), name_(std::move(name)), client_(make_client(RD_KAFKA_PRODUCER, brokers)) {}

TopicReader::~TopicReader() {
  rd_kafka_destroy(client_);
}

int TopicReader::partition_count() const {
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client_, name_.c_str(), nullptr);
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = rd_kafka_metadata(client_, 0, topic, &answer, patience_ms);
  rd_kafka_topic_destroy(topic);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error(rd_kafka_err2str(error));
  const int count = answer->topic_cnt == 1 ? answer->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(answer);
  return count;
}

std::vector<ReadMessage> TopicReader::read_all() const {
  const Consumer consumer(brokers_);
  const int partitions = partition_count();
  rd_kafka_topic_partition_list_t* assigned = rd_kafka_topic_partition_list_new(partitions);
  std::int64_t expected = 0;
  for (int i = 0; i < partitions; ++i) {
    std::int64_t low = 0, high = 0;
    rd_kafka_query_watermark_offsets(consumer.get(), name_.c_str(), i, &low, &high, patience_ms);
    expected += high - low;
    rd_kafka_topic_partition_list_add(assigned, name_.c_str(), i)->offset = low;
  }
  rd_kafka_assign(consumer.get(), assigned);
  rd_kafka_topic_partition_list_destroy(assigned);
  std::vector<ReadMessage> out;
  const Stopwatch watch;
  while (std::int64_t(out.size()) < expected && watch.elapsed().count() < patience_ms) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer.get(), 100);
    if (!message) continue;
    if (!message->err) out.push_back(copy_message(*message));
    rd_kafka_message_destroy(message);
  }
  return out;
}

std::vector<std::string> TopicReader::values() const {
  std::vector<std::string> out;
  for (const ReadMessage& message : read_all()) out.push_back(message.value.value_or("(null)"));
  return out;
}

}  // namespace kafka_test
