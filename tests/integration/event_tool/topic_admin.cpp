#include "tests/integration/event_tool/topic_admin.hpp"

#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace event_tool {
namespace {

constexpr int call_ms = 15000;

[[noreturn]] void refused(const std::string& what, const std::string& why) {
  throw std::runtime_error("Kafka: " + what + ": " + why);
}

template <typename T, void (*destroy)(T*)>
struct Destroy {
  void operator()(T* object) const { destroy(object); }
};
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_t, rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_t, rd_kafka_event_destroy>>;
using NewTopic =
    std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>>;
using AclBinding = std::unique_ptr<rd_kafka_AclBinding_t,
                                   Destroy<rd_kafka_AclBinding_t, rd_kafka_AclBinding_destroy>>;
using DeleteTopic = std::unique_ptr<rd_kafka_DeleteTopic_t,
                                    Destroy<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>>;

Event answer(const Queue& queue, const std::string& what) {
  Event event(rd_kafka_queue_poll(queue.get(), call_ms));
  if (!event) refused(what, "no answer within 15 s");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    refused(what, rd_kafka_event_error_string(event.get()));
  return event;
}

void judge(const rd_kafka_topic_result_t* const* results, size_t count,
           rd_kafka_resp_err_t accepted, const std::string& what) {
  for (size_t i = 0; i < count; ++i) {
    const auto error = rd_kafka_topic_result_error(results[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == accepted) continue;
    const char* text = rd_kafka_topic_result_error_string(results[i]);
    refused(what, text != nullptr ? text : rd_kafka_err2str(error));
  }
}

}  // namespace

int partition_count(rd_kafka_t* client, const std::string& topic) {
  std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_t, rd_kafka_topic_destroy>> handle(
      rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto error = rd_kafka_metadata(client, 0, handle.get(), &metadata, call_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) refused("metadata of " + topic, rd_kafka_err2str(error));
  const int count =
      metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR
          ? metadata->topics[0].partition_cnt
          : 0;
  rd_kafka_metadata_destroy(metadata);
  return count;
}

TopicAdmin::TopicAdmin(const std::string& brokers) {
  std::array<char, 512> error{};
  rd_kafka_conf_t* config = rd_kafka_conf_new();
  // A consumer's handle: a producer's would make the broker create any topic it is asked about.
  if (rd_kafka_conf_set(config, "bootstrap.servers", brokers.c_str(), error.data(), error.size()) !=
      RD_KAFKA_CONF_OK)
    refused("brokers", error.data());
  client_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, config, error.data(), error.size()));
  if (!client_) refused("client", error.data());
}

void TopicAdmin::create(const std::string& topic, int partitions) {
  std::array<char, 512> error{};
  NewTopic wanted(rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, error.data(), error.size()));
  if (!wanted) refused("topic " + topic, error.data());
  Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_NewTopic_t* list = wanted.get();
  rd_kafka_CreateTopics(client_.get(), &list, 1, nullptr, queue.get());
  const Event event = answer(queue, "create topic " + topic);
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  judge(results, count, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, "create topic " + topic);
}

void TopicAdmin::remove(const std::string& topic) {
  DeleteTopic unwanted(rd_kafka_DeleteTopic_new(topic.c_str()));
  Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_DeleteTopic_t* list = unwanted.get();
  rd_kafka_DeleteTopics(client_.get(), &list, 1, nullptr, queue.get());
  const Event event = answer(queue, "delete topic " + topic);
  size_t count = 0;
  const auto* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  judge(results, count, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, "delete topic " + topic);
}

void TopicAdmin::allow_writing(const std::string& topic, const std::string& user) {
  std::array<char, 512> error{};
  AclBinding binding(rd_kafka_AclBinding_new(
      RD_KAFKA_RESOURCE_TOPIC, topic.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL,
      ("User:" + user).c_str(), "*", RD_KAFKA_ACL_OPERATION_WRITE,
      RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, error.data(), error.size()));
  if (!binding) refused("acl of " + topic, error.data());
  Queue queue(rd_kafka_queue_new(client_.get()));
  rd_kafka_AclBinding_t* list = binding.get();
  rd_kafka_CreateAcls(client_.get(), &list, 1, nullptr, queue.get());
  const Event event = answer(queue, "acl of " + topic);
  size_t count = 0;
  const auto* results =
      rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    if (const rd_kafka_error_t* fault = rd_kafka_acl_result_error(results[i]))
      refused("acl of " + topic, rd_kafka_error_string(fault));
  }
}

int TopicAdmin::partitions(const std::string& topic) const {
  return partition_count(client_.get(), topic);
}

std::uint64_t TopicAdmin::records(const std::string& topic) const {
  std::uint64_t total = 0;
  for (int partition = 0, count = partitions(topic); partition < count; ++partition) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto ask = [&] {
      return rd_kafka_query_watermark_offsets(client_.get(), topic.c_str(), partition, &low, &high,
                                              call_ms);
    };
    auto error = ask();
    // A topic that was made just now has partitions that nobody leads yet.
    for (int again = 0; again < 50 && (error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                                       error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
         ++again) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      error = ask();
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
      refused("offsets of " + topic, rd_kafka_err2str(error));
    total += static_cast<std::uint64_t>(high - low);
  }
  return total;
}

}  // namespace event_tool
