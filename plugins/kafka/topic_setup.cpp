#include "plugins/kafka/topic_setup.hpp"

namespace connector_host_plugins::kafka {
namespace {

constexpr std::chrono::milliseconds longest_wait_for_all_leaders{5000};

connector::Error missing(const KafkaSettings& settings) {
  return connector::bad_config(
      "topic '" + settings.topic +
      "' does not exist; create it, correct option 'topic', or set option 'create_topic'");
}

connector::Error leaderless(const KafkaSettings& settings, const TopicState& state) {
  return connector::not_connected("topic '" + settings.topic + "': partition " +
                                  std::to_string(state.leaderless) + " has no leader");
}

// Of an outage of some partitions the others know nothing: a topic can be written to while one has
// a leader. All have one soon after the topic was created, or a broker started.
bool is_usable(const TopicState& state, const Deadline& patience) {
  return state.exists && (state.leaderless < 0 || (state.leaders > 0 && patience.passed()));
}

}  // namespace

void ensure_topic(const KafkaSettings& settings, ClientLog& log, const Deadline& deadline,
                  const Cancellation& cancel) {
  ClusterProbe probe(settings, log);
  TopicState state = probe.topic_state(settings.topic, deadline, cancel);
  if (!state.exists && !settings.create_topic) throw missing(settings);
  if (!state.exists) probe.create(settings, deadline, cancel);
  // A new topic reaches the brokers' metadata a little later, and a partition whose broker restarts
  // finds a new leader.
  const Deadline patience(std::min(longest_wait_for_all_leaders, deadline.left() / 2));
  while (!is_usable(state, patience)) {
    if (cancel.wait_for(std::chrono::milliseconds(50)))
      throw connector::retriable("cancelled while opening topic '" + settings.topic + "'");
    if (deadline.passed())
      throw state.exists ? leaderless(settings, state)
                         : connector::not_connected("topic '" + settings.topic +
                                                    "' was created but is not visible yet");
    state = probe.topic_state(settings.topic, deadline, cancel);
  }
  if (state.leaderless >= 0)
    log.line(4, "topic '" + settings.topic + "': partition " + std::to_string(state.leaderless) +
                    " has no leader; its records wait, the others are written");
}

void check_topic(const KafkaSettings& settings, ClientLog& log, const Deadline& deadline,
                 const Cancellation& cancel) {
  const TopicState state =
      ClusterProbe(settings, log).topic_state(settings.topic, deadline, cancel);
  if (!state.exists && !settings.create_topic) throw missing(settings);
  if (state.exists && state.leaders == 0) throw leaderless(settings, state);
}

bool topic_exists(const KafkaSettings& settings, const std::string& topic, ClientLog& log,
                  const Deadline& deadline, const Cancellation& cancel) {
  return ClusterProbe(settings, log).topic_state(topic, deadline, cancel).exists;
}

}  // namespace connector_host_plugins::kafka
