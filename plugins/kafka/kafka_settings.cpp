#include "plugins/kafka/kafka_settings.hpp"

#include <algorithm>
#include <connector/error.hpp>

#include "plugins/kafka/login_rules.hpp"
#include "plugins/kafka/partition_rules.hpp"
#include "plugins/kafka/property_rules.hpp"

namespace connector_host_plugins::kafka {
namespace {

bool is_topic_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string checked_brokers(const std::string& brokers) {
  if (brokers.find_first_not_of(" ,\t") == std::string::npos)
    throw connector::bad_config(
        "option 'brokers' names no broker: write host:port, several separated by commas");
  return brokers;
}

std::string checked_topic(const std::string& topic) {
  if (!is_topic_name(topic))
    throw connector::bad_config("option 'topic' is not a topic name: '" + topic +
                                "'; allowed are 1 to 249 letters, digits, '.', '_' and '-'");
  return topic;
}

void add_option(Properties& to, const connector::Config& config, std::string_view option,
                const char* property) {
  if (config.has(option)) to.emplace_back(property, config.string(option));
}

void read_connection(const connector::Config& config, KafkaSettings& out) {
  out.connection = {{"bootstrap.servers", out.brokers},
                    {"socket.keepalive.enable", "true"},
                    {"log.connection.close", "false"}};
  add_option(out.connection, config, "security_protocol", "security.protocol");
  add_option(out.connection, config, "sasl_mechanism", "sasl.mechanisms");
  add_option(out.connection, config, "sasl_username", "sasl.username");
  add_option(out.connection, config, "sasl_password", "sasl.password");
  add_option(out.connection, config, "ssl_key_password", "ssl.key.password");
}

// A write flushes when it is complete, and not before, so that each partition gets one request.
// librdkafka wants it below message.timeout.ms.
std::int64_t linger_ms(std::int64_t message_timeout_ms) {
  constexpr std::int64_t longer_than_any_write_gathers = 60000;
  return message_timeout_ms > 0 ? std::min(longer_than_any_write_gathers, message_timeout_ms / 2)
                                : longer_than_any_write_gathers;
}

// What at-least-once in order rests on; no property of the user may change it but the limits around
// it. The gapless guarantee makes a refused request stop the producer. Without it librdkafka would
// start a new sequence in all partitions, and a request of another one whose answer was lost would
// not be recognised when it is repeated.
void read_producer(const connector::Config& config, KafkaSettings& out) {
  out.producer = {
      {"enable.idempotence", "true"},
      {"enable.gapless.guarantee", "true"},
      {"acks", "all"},
      {"max.in.flight", "5"},
      {"message.timeout.ms", std::to_string(config.duration("message_timeout").count())},
      {"topic.metadata.propagation.max.ms", "10000"},
      {"linger.ms", std::to_string(linger_ms(config.duration("message_timeout").count()))},
      {"compression.type", config.string("compression")},
      {"statistics.interval.ms", std::to_string(out.statistics_interval.count())}};
}

void read_properties(const connector::Config& config, KafkaSettings& out) {
  if (!config.has("properties")) return;
  for (const auto& [name, value] : config.map("properties")) {
    if (name == "partitioner") check_partitioner(value);
    if (property_in(name, connection_properties))
      out.connection.emplace_back(name, value);
    else if (property_in(name, producer_properties))
      out.producer.emplace_back(name, value);
    else
      throw connector::bad_config(
          "properties." + name +
          " is not allowed: the properties that may be set are listed in the sink's documentation");
  }
}

}  // namespace

bool is_topic_name(std::string_view name) {
  return !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), is_topic_character);
}

KafkaSettings read_settings(connector::Host host, const connector::Config& config) {
  KafkaSettings out;
  out.brokers = checked_brokers(config.string("brokers"));
  out.topic = checked_topic(config.string("topic"));
  const std::string& key = config.string("key");
  out.key = key == "auto"     ? KeyFrom::automatic
            : key == "id"     ? KeyFrom::id
            : key == "record" ? KeyFrom::record
                              : KeyFrom::none;
  out.timestamp =
      config.string("timestamp") == "record" ? TimestampFrom::record : TimestampFrom::now;
  out.create_topic = config.boolean("create_topic");
  out.create_partitions = int(config.integer("create_partitions"));
  out.create_replication_factor = int(config.integer("create_replication_factor"));
  if (out.create_partitions == 0 || out.create_replication_factor == 0)
    throw connector::bad_config(
        "options 'create_partitions' and 'create_replication_factor' are -1 (the broker's default) "
        "or at least 1");
  out.statistics_interval = config.duration("statistics_interval");
  read_connection(config, out);
  read_producer(config, out);
  read_properties(config, out);
  complete_partitioning(out);
  complete_login(config, out);
  out.files = ConfinedFiles(host, out.connection);
  return out;
}

}  // namespace connector_host_plugins::kafka
