#pragma once
// SourceSettings: the options of a rabbitmq source, declared, read and checked. A plain value.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/config.hpp"
#include "connector/option.hpp"
#include "plugins/rabbitmq/broker_address.hpp"
#include "plugins/rabbitmq/connection.hpp"
#include "plugins/rabbitmq/management_address.hpp"
#include "plugins/rabbitmq/property_headers.hpp"
#include "plugins/rabbitmq/stream_start.hpp"

namespace connector_host_plugins::rabbitmq {

struct SourceSettings {
  enum class Declare { none, passive, active };
  struct Binding {
    std::string exchange, routing_key;
  };

  // Throws BAD_CONFIG with the option's name. instance: connector/task, for what the broker shows.
  static SourceSettings read(const connector::Config& config, std::string_view instance);

  std::vector<BrokerAddress> brokers;
  ConnectionSettings connection;
  std::chrono::milliseconds connect_timeout{5000};
  std::string queue, consumer_tag;
  std::uint16_t prefetch = 2000;
  Declare declare = Declare::passive;
  std::string queue_type;  // empty: the broker's default
  connector::Config::Map arguments, consume_arguments;
  StreamStart stream_start;
  std::vector<Binding> bindings;
  std::vector<std::string> property_headers;
  std::uint64_t max_message_bytes = 0;
  std::chrono::milliseconds census_every{15000};  // 0: never
  std::optional<std::uint32_t> delivery_limit;    // 0: none
  std::optional<ManagementAddress> management;

 private:
  void read_brokers(const connector::Config& config);
  void read_connection(const connector::Config& config, std::string_view instance);
  void read_declaration(const connector::Config& config);
  void read_delivery_limit(const connector::Config& config);
  void read_consume_arguments(const connector::Config& config);
  static constexpr connector_view declare_values[] = {
      connector::view("none"), connector::view("passive"), connector::view("active")};
  static constexpr connector_view queue_types[] = {
      connector::view("classic"), connector::view("quorum"), connector::view("stream")};

 public:
  static constexpr connector::Option options[] = {
      connector::Option::string("url",
                                "amqp:// or amqps:// with user, password, host, port and virtual "
                                "host; several with commas between them are tried in turn.")
          .required()
          .secret()
          .endpoint(),
      connector::Option::string("user", "Instead of the user name in url."),
      connector::Option::string("password", "Instead of the password in url.").secret(),
      connector::Option::string("queue", "The queue to consume.").required(),
      connector::Option::integer(
          "prefetch", "Maximum number of unacknowledged deliveries; the host starts with fewer.")
          .otherwise("2000")
          .between(1, 65535),
      connector::Option::integer("delivery_limit",
                                 "Redeliveries after which the queue discards a message; 0: none. "
                                 "Default: what the queue or the broker says.")
          .between(0, 4294967295.0)
          .advanced(),
      connector::Option::string("management_url",
                                "URL of RabbitMQ's management API (http or https), to read the "
                                "queue's delivery limit from.")
          .endpoint()
          .secret()
          .advanced(),
      connector::Option::string("declare",
                                "passive: the queue must exist. active: declare it (durable) with "
                                "queue_type, arguments and bindings. none: do not look.")
          .otherwise("passive")
          .one_of(declare_values),
      connector::Option::string("queue_type", "With declare active: the queue's type.")
          .one_of(queue_types),
      connector::Option::map("arguments",
                             "With declare active: arguments of the queue. Whole numbers, true and "
                             "false are sent as such, the rest as text.")
          .advanced(),
      connector::Option::list("bindings",
                              "With declare active: exchange:routing_key pairs to bind the queue "
                              "to; the exchanges must exist.")
          .advanced(),
      connector::Option::map("consume_arguments",
                             "Arguments of basic.consume, such as x-priority. "
                             "Whole numbers, true and false are sent as such, the rest as text.")
          .advanced(),
      connector::Option::string("stream_offset",
                                "With a stream: where to start while no offset of it is stored: "
                                "first, last, next, an offset, or a time such as "
                                "2026-11-23T12:00:00Z.")
          .otherwise("first"),
      connector::Option::list("property_headers",
                              "Which properties of a message become record headers named "
                              "amqp.<property>; all stands for every one.")
          .otherwise(
              R"(["content_type","content_encoding","correlation_id","reply_to","type","app_id","message_id"])")
          .one_of(property_names),
      connector::Option::duration(
          "heartbeat",
          "Interval of AMQP heartbeats; twice as long without a sign of life ends the connection.")
          .otherwise("10s")
          .between(1000, 600000)
          .advanced(),
      connector::Option::duration(
          "connect_timeout",
          "For connecting to one broker and logging in, and once more for declaring.")
          .otherwise("5s")
          .between(100, 120000)
          .advanced(),
      connector::Option::string("connection_name",
                                "What the broker's tools show; by default connector-host and the "
                                "name of connector and task.")
          .advanced(),
      connector::Option::duration("depth_interval",
                                  "How often the broker is asked for the queue's messages and "
                                  "consumers, for the metrics; 0: never.")
          .otherwise("15s")
          .between(0, 86400000)
          .advanced(),
      connector::Option::size(
          "max_message_bytes",
          "Maximum size of a message body; a larger message is dead-lettered with its first bytes.")
          .otherwise("128MiB")
          .between(1024, 536870912)
          .advanced(),
      connector::Option::string(
          "ca_file",
          "With amqps and https: PEM file of the authorities to trust; by default the system's.")
          .endpoint()
          .credential_path(),
      connector::Option::string(
          "cert_file", "With amqps and https: PEM file of the client's own certificate chain.")
          .credential_path(),
      connector::Option::string(
          "key_file",
          "With amqps and https: PEM file of that certificate's private key, not encrypted.")
          .credential_path(),
      connector::Option::boolean(
          "verify", "With amqps and https: verify the broker's certificate and its name.")
          .otherwise("true")
          .advanced()
          .endpoint()};
};

}  // namespace connector_host_plugins::rabbitmq
