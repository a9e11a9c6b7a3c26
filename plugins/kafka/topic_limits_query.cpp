#include "plugins/kafka/topic_limits_query.hpp"

#include <algorithm>

#include "plugins/kafka/handles.hpp"

namespace connector_host_plugins::kafka {
namespace {

using std::chrono::milliseconds;

TopicLimits limits_in(const rd_kafka_ConfigResource_t* resource) {
  TopicLimits out;
  std::size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(resource, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* const value = rd_kafka_ConfigEntry_value(entries[i]);
    if (value) out.set(rd_kafka_ConfigEntry_name(entries[i]), value);
  }
  return out;
}

TopicLimitsAnswer answer_in(rd_kafka_event_t* event) {
  TopicLimitsAnswer out;
  if (rd_kafka_event_error(event)) return {{}, rd_kafka_event_error_string(event)};
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t** resources = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(resources[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
      out.topics.emplace(rd_kafka_ConfigResource_name(resources[i]), limits_in(resources[i]));
    else
      out.problem = rd_kafka_err2str(error);
  }
  return out;
}

}  // namespace

TopicLimitsAnswer query_topic_limits(rd_kafka_t* client, std::int32_t broker,
                                     const std::vector<std::string>& topics,
                                     const Deadline& deadline, const Cancellation& cancel) {
  if (broker < 0) return {{}, "no broker answers"};
  std::vector<ConfigResource> resources;
  std::vector<rd_kafka_ConfigResource_t*> raw;
  for (const std::string& topic : topics) {
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
    raw.push_back(resources.back().get());
  }
  char reason[256] = "";
  const AdminOptions options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  rd_kafka_AdminOptions_set_request_timeout(
      options.get(), std::max(1, deadline.slice_ms(milliseconds(60000))), reason, sizeof reason);
  rd_kafka_AdminOptions_set_broker(options.get(), broker, reason, sizeof reason);
  const Queue replies(rd_kafka_queue_new(client));
  rd_kafka_DescribeConfigs(client, raw.data(), raw.size(), options.get(), replies.get());
  while (!deadline.passed() && !cancel.cancelled())
    if (const Event event{rd_kafka_queue_poll(replies.get(), deadline.slice_ms(milliseconds(50)))})
      return answer_in(event.get());
  return {{}, "no answer in time"};
}

}  // namespace connector_host_plugins::kafka
