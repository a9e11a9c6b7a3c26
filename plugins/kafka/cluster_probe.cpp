#include "plugins/kafka/cluster_probe.hpp"

#include <algorithm>

namespace connector_host_plugins::kafka {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds longest_slice{1000};

TopicState read_state(const rd_kafka_metadata_t& metadata, const std::string& name) {
  TopicState state;
  if (metadata.topic_cnt < 1) return state;
  const rd_kafka_metadata_topic_t& topic = metadata.topics[0];
  if (is_unknown_topic(topic.err)) return state;
  const Fault fault{topic.err, ""};
  if (is_misconfiguration(fault)) throw connector::bad_config(describe(fault, name));
  state.exists = true;
  state.partitions = topic.partition_cnt;
  if (topic.partition_cnt == 0)
    state.leaderless = 0;  // being created: LEADER_NOT_AVAILABLE for the topic as a whole
  for (int i = 0; i < topic.partition_cnt; ++i)
    if (topic.partitions[i].leader < 0)
      state.leaderless = topic.partitions[i].id;
    else
      ++state.leaders;
  return state;
}

void check_creation(rd_kafka_resp_err_t error, const char* text, const std::string& topic) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    return;
  const std::string why = "topic '" + topic + "' does not exist and could not be created: " +
                          (text ? text : rd_kafka_err2str(error));
  switch (error) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      throw connector::bad_config(why + "; create it, or grant the login CREATE on it");
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_REQUEST:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
      throw connector::bad_config(
          why +
          "; create it, or correct options 'create_partitions' and 'create_replication_factor'");
    default:  // also INVALID_REPLICATION_FACTOR: brokers that are still starting are counted once
              // they are there
      throw connector::not_connected(why);
  }
}

}  // namespace

ClusterProbe::ClusterProbe(const KafkaSettings& settings, ClientLog& log)
    : settings_(settings),
      events_(log),
      client_(make_client(RD_KAFKA_CONSUMER, probe_conf(settings), events_)),
      errors_(rd_kafka_queue_get_main(client_)),
      replies_(rd_kafka_queue_new(client_)) {}

ClusterProbe::~ClusterProbe() {
  replies_.reset();
  errors_.reset();
  rd_kafka_destroy_flags(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

// rd_kafka_metadata cannot be interrupted, so it is asked in slices; they grow, so that a far
// broker can answer too.
TopicState ClusterProbe::topic_state(const std::string& topic, const Deadline& deadline,
                                     const Cancellation& cancel) {
  const TopicHandle handle(rd_kafka_topic_new(client_, topic.c_str(), nullptr));
  if (!handle)
    throw connector::bad_config("topic '" + topic +
                                "': " + rd_kafka_err2str(rd_kafka_last_error()));
  for (milliseconds slice{250};; slice = std::min(slice * 2, longest_slice)) {
    const rd_kafka_metadata_t* answer = nullptr;
    const auto error =
        rd_kafka_metadata(client_, 0, handle.get(), &answer, std::max(1, deadline.slice_ms(slice)));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return read_state(*Metadata(answer), topic);
    if (cancel.cancelled())
      throw connector::retriable("cancelled while asking Kafka for topic '" + topic + "'");
    raise_faults();
    if (deadline.passed())
      throw connector::not_connected("no answer from Kafka at " + settings_.brokers + " in time: " +
                                     (events_.last_fault().text.empty()
                                          ? rd_kafka_err2str(error)
                                          : events_.last_fault().text));
  }
}

void ClusterProbe::raise_faults() {
  const Fault& last = events_.last_fault();
  while (const Event event{rd_kafka_queue_poll(errors_.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) continue;
    const auto code = rd_kafka_event_error(event.get());
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
      throw connector::not_connected("no broker of " + settings_.brokers + " can be reached: " +
                                     (last.text.empty() ? "all are down" : last.text));
    events_.note(code, rd_kafka_event_error_string(event.get()));
    if (is_misconfiguration(last))
      throw connector::bad_config("Kafka at " + settings_.brokers + " refuses the connection; " +
                                  describe(last, settings_.topic));
  }
}

void ClusterProbe::create(const KafkaSettings& settings, const Deadline& deadline,
                          const Cancellation& cancel) {
  char reason[256] = "";
  const NewTopic topic(rd_kafka_NewTopic_new(settings.topic.c_str(), settings.create_partitions,
                                             settings.create_replication_factor, reason,
                                             sizeof reason));
  if (!topic)
    throw connector::bad_config("topic '" + settings.topic + "' cannot be created: " + reason +
                                "; correct option 'create_partitions'");
  const AdminOptions options(rd_kafka_AdminOptions_new(client_, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(
      options.get(), std::max(1, deadline.slice_ms(milliseconds(60000))), reason, sizeof reason);
  rd_kafka_NewTopic_t* topics[] = {topic.get()};
  rd_kafka_CreateTopics(client_, topics, 1, options.get(), replies_.get());
  const Event event = await_creation(deadline, cancel);
  const rd_kafka_CreateTopics_result_t* result = rd_kafka_event_CreateTopics_result(event.get());
  if (!result || rd_kafka_event_error(event.get()))
    return check_creation(rd_kafka_event_error(event.get()),
                          rd_kafka_event_error_string(event.get()), settings.topic);
  std::size_t count = 0;
  const rd_kafka_topic_result_t** created = rd_kafka_CreateTopics_result_topics(result, &count);
  for (std::size_t i = 0; i < count; ++i)
    check_creation(rd_kafka_topic_result_error(created[i]),
                   rd_kafka_topic_result_error_string(created[i]), settings.topic);
}

Event ClusterProbe::await_creation(const Deadline& deadline, const Cancellation& cancel) {
  while (!deadline.passed()) {
    if (Event event{rd_kafka_queue_poll(replies_.get(), deadline.slice_ms(milliseconds(100)))})
      return event;
    if (cancel.cancelled())
      throw connector::retriable("cancelled while creating topic '" + settings_.topic + "'");
    raise_faults();
  }
  throw connector::not_connected("Kafka did not create topic '" + settings_.topic + "' in time");
}

}  // namespace connector_host_plugins::kafka
