#include "tests/integration/event_tool/topic_reader.hpp"

#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace event_tool {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int look_ms = 15000;
constexpr std::chrono::seconds end_patience{60};

void set(rd_kafka_conf_t* config, const char* key, const std::string& value) {
  std::array<char, 512> error{};
  if (rd_kafka_conf_set(config, key, value.c_str(), error.data(), error.size()) != RD_KAFKA_CONF_OK)
    throw std::runtime_error(std::string("Kafka: ") + error.data());
}

}  // namespace

TopicReader::TopicReader(const std::string& brokers, std::string topic) : topic_(std::move(topic)) {
  rd_kafka_conf_t* config = rd_kafka_conf_new();
  set(config, "bootstrap.servers", brokers);
  set(config, "group.id",
      "event_tool-" +
          std::to_string(getpid()));  // the consumer API wants a name, assign() does not use it
  set(config, "enable.auto.commit", "false");
  set(config, "auto.offset.reset", "earliest");
  set(config, "fetch.wait.max.ms", "50");
  std::array<char, 512> error{};
  client_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, config, error.data(), error.size()));
  if (!client_) throw std::runtime_error(std::string("Kafka: ") + error.data());
  rd_kafka_poll_set_consumer(client_.get());
}

TopicReader::~TopicReader() {
  rd_kafka_consumer_close(client_.get());
}

bool TopicReader::assign() {
  if (!next_.empty()) return true;
  const int partitions = partition_count(client_.get(), topic_);
  if (partitions == 0) return false;
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; ++i)
    rd_kafka_topic_partition_list_add(list, topic_.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  const auto error = rd_kafka_assign(client_.get(), list);
  rd_kafka_topic_partition_list_destroy(list);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    throw std::runtime_error("Kafka: read " + topic_ + ": " + rd_kafka_err2str(error));
  next_.assign(static_cast<size_t>(partitions), 0);
  return true;
}

void TopicReader::read(std::chrono::milliseconds within, const Take& take) {
  const auto end = Clock::now() + within;
  do {
    if (!assign()) rd_kafka_poll(client_.get(), 100);
    rd_kafka_message_t* message =
        next_.empty() ? nullptr : rd_kafka_consumer_poll(client_.get(), 50);
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      next_[static_cast<size_t>(message->partition)] = message->offset + 1;
      take(*message);
    }
    // Errors are the library's notes about a broker that is away; it goes on by itself, and the
    // caller has a deadline.
    rd_kafka_message_destroy(message);
  } while (Clock::now() < end);
}

bool TopicReader::behind() const {
  for (size_t i = 0; i < next_.size(); ++i) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto error = rd_kafka_query_watermark_offsets(
        client_.get(), topic_.c_str(), static_cast<std::int32_t>(i), &low, &high, look_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
      throw std::runtime_error("Kafka: offsets of " + topic_ + ": " + rd_kafka_err2str(error));
    if (next_[i] < high && low < high) return true;
  }
  return false;
}

void TopicReader::read_to_end(const Take& take) {
  const auto end = Clock::now() + end_patience;
  while (assign() && behind()) {
    read(std::chrono::milliseconds(100), take);
    if (Clock::now() > end)
      throw std::runtime_error("Kafka: the end of " + topic_ + " was not reached within 60 s");
  }
}

}  // namespace event_tool
