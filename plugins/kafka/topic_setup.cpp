#include "plugins/kafka/topic_setup.hpp"

namespace connector_host_plugins::kafka {
namespace {

connector::Error missing(const KafkaSettings& settings) {
  return connector::bad_config("topic '" + settings.topic + "' does not exist; create it, correct option 'topic', or set option 'create_topic'");
}

connector::Error leaderless(const KafkaSettings& settings, const TopicState& state) {
  return connector::not_connected("topic '" + settings.topic + "': partition " + std::to_string(state.leaderless) + " has no leader");
}

}  // namespace

void ensure_topic(const KafkaSettings& settings, ClientLog& log, const Deadline& deadline, const Cancellation& cancel) {
  ClusterProbe probe(settings, log);
  TopicState state = probe.topic_state(settings.topic, deadline, cancel);
  if (!state.exists && !settings.create_topic) throw missing(settings);
  if (!state.exists) probe.create(settings, deadline, cancel);
  // A new topic reaches the brokers' metadata a little later, and a partition whose broker restarts finds a new leader.
  while (!state.exists || state.leaderless >= 0) {
    if (cancel.wait_for(std::chrono::milliseconds(50))) throw connector::retriable("cancelled while opening topic '" + settings.topic + "'");
    if (deadline.passed())
      throw state.exists ? leaderless(settings, state) : connector::not_connected("topic '" + settings.topic + "' was created but is not visible yet");
    state = probe.topic_state(settings.topic, deadline, cancel);
  }
}

void check_topic(const KafkaSettings& settings, ClientLog& log, const Deadline& deadline, const Cancellation& cancel) {
  const TopicState state = ClusterProbe(settings, log).topic_state(settings.topic, deadline, cancel);
  if (!state.exists && !settings.create_topic) throw missing(settings);
  if (state.exists && state.leaderless >= 0) throw leaderless(settings, state);
}

bool topic_exists(const KafkaSettings& settings, const std::string& topic, ClientLog& log, const Deadline& deadline, const Cancellation& cancel) {
  return ClusterProbe(settings, log).topic_state(topic, deadline, cancel).exists;
}

}  // namespace connector_host_plugins::kafka
