#include "plugins/kafka/client_conf.hpp"

#include <algorithm>
#include <connector/error.hpp>

namespace connector_host_plugins::kafka {
namespace {

// librdkafka's own message repeats the value, which may be a secret.
bool may_show(const std::string& property) {
  return !property.ends_with("password") && !property.ends_with(".pem");
}

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char reason[512] = "";
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) ==
      RD_KAFKA_CONF_OK)
    return;
  throw connector::bad_config("Kafka property '" + name + "' is refused by librdkafka " +
                              rd_kafka_version_str() +
                              (may_show(name) ? std::string(": ") + reason : ""));
}

Conf base_conf(const KafkaSettings& settings) {
  Conf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : settings.connection) set(conf.get(), name, value);
  for (const auto& [name, value] : settings.files.read()) set(conf.get(), name, value);
  // Unknown before librdkafka 2.5. With it, the end of a client may wait a second for its last
  // push, and a write that times out ends its client.
  rd_kafka_conf_set(conf.get(), "enable.metrics.push", "false", nullptr, 0);
  rd_kafka_conf_set_log_cb(conf.get(), ClientEvents::on_line);
  return conf;
}

// Threads and memory may be there the next time.
connector::Error creation_error(rd_kafka_resp_err_t error, const std::string& reason) {
  if (error == RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
    return connector::retriable("this machine has no room for one more Kafka client: " + reason);
  return connector::bad_config("librdkafka refuses this configuration: " + reason);
}

// The topic decides how large a record may be (TopicLimits), and not librdkafka's default of 1 MB.
// This is what a broker's default socket.request.max.bytes (100 MiB) leaves: it cuts the connection
// of whoever sends more. A smaller queue lowers it, to librdkafka's default at most.
void allow_large_records(rd_kafka_conf_t* conf) {
  constexpr long long longest_record = 104'800'000, default_record = 1'000'000;
  const long long room = std::stoll(property_of(conf, "queue.buffering.max.kbytes")) * 1024;
  set(conf, "message.max.bytes", std::to_string(std::clamp(room, default_record, longest_record)));
}

bool sets(const Properties& properties, std::string_view name) {
  return std::any_of(properties.begin(), properties.end(),
                     [&](const auto& each) { return each.first == name; });
}

// A record that the queue never holds would wait for room for ever.
void check_queue(const rd_kafka_conf_t* conf) {
  const std::string room = property_of(conf, "queue.buffering.max.kbytes"),
                    record = property_of(conf, "message.max.bytes");
  if (std::stoll(room) * 1024 >= std::stoll(record)) return;
  throw connector::bad_config("Kafka property 'queue.buffering.max.kbytes' = " + room +
                              " is too small for a record of 'message.max.bytes' = " + record +
                              " bytes: raise the one or lower the other");
}

}  // namespace

Conf producer_conf(const KafkaSettings& settings) {
  Conf conf = base_conf(settings);
  for (const auto& [name, value] : settings.producer) set(conf.get(), name, value);
  if (!sets(settings.producer, "message.max.bytes")) allow_large_records(conf.get());
  rd_kafka_conf_set_error_cb(conf.get(), ClientEvents::on_error);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), ClientEvents::on_report);
  rd_kafka_conf_set_stats_cb(conf.get(), ClientEvents::on_statistics);
  check_queue(conf.get());
  return conf;
}

Conf lenient_producer_conf(const KafkaSettings& settings) {
  Conf conf = producer_conf(settings);
  set(conf.get(), "enable.gapless.guarantee", "false");
  set(conf.get(), "statistics.interval.ms", "0");  // it lives for one write
  return conf;
}

Conf probe_conf(const KafkaSettings& settings) {
  Conf conf = base_conf(settings);
  rd_kafka_conf_set_events(conf.get(), RD_KAFKA_EVENT_ERROR);
  return conf;
}

std::string property_of(const rd_kafka_conf_t* conf, const char* name) {
  std::size_t size = 0;
  if (rd_kafka_conf_get(conf, name, nullptr, &size) != RD_KAFKA_CONF_OK) return "";
  std::string out(size, '\0');
  rd_kafka_conf_get(conf, name, out.data(), &size);
  return out.c_str();  // size counts the NUL too
}

rd_kafka_t* make_client(rd_kafka_type_t type, Conf conf, ClientEvents& events) {
  rd_kafka_conf_set_opaque(conf.get(), &events);
  char reason[512] = "";
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), reason, sizeof reason);
  if (!client) throw creation_error(rd_kafka_last_error(), reason);
  (void)conf.release();  // the client's from here on
  return client;
}

}  // namespace connector_host_plugins::kafka
