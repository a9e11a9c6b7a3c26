#pragma once
// The options of the kafka sink, as the topology writes them. Data only.
#include <connector/option.hpp>

#include "plugins/kafka/property_rules.hpp"

namespace connector_host_plugins::kafka {

inline constexpr connector_view key_choices[] = {connector::view("auto"), connector::view("id"),
                                                 connector::view("record"),
                                                 connector::view("none")};
inline constexpr connector_view timestamp_choices[] = {connector::view("now"),
                                                       connector::view("record")};
inline constexpr connector_view compression_choices[] = {
    connector::view("none"), connector::view("gzip"), connector::view("snappy"),
    connector::view("lz4"), connector::view("zstd")};
inline constexpr connector_view protocol_choices[] = {
    connector::view("plaintext"), connector::view("ssl"), connector::view("sasl_plaintext"),
    connector::view("sasl_ssl")};
inline constexpr connector_view mechanism_choices[] = {
    connector::view("PLAIN"), connector::view("SCRAM-SHA-256"), connector::view("SCRAM-SHA-512"),
    connector::view("GSSAPI")};

using connector::Option;
inline constexpr Option sink_options[] = {
    Option::string("brokers", "Bootstrap servers, host:port separated by commas.")
        .otherwise("localhost:9092")
        .endpoint(),
    Option::string("topic", "Topic for records that name no destination of their own.").required(),
    Option::string("key",
                   "Message key. auto: the record's key where the connector has a rule for it, "
                   "else its id, else its key. id: the id, else the key. record: "
                   "the key. none.")
        .otherwise("auto")
        .one_of(key_choices),
    Option::string("timestamp",
                   "Message timestamp: the time of writing, or the record's own where it has one.")
        .otherwise("now")
        .one_of(timestamp_choices),
    Option::string("compression", "Compression of message batches.")
        .otherwise("none")
        .one_of(compression_choices),
    Option::boolean("create_topic", "Create the topic when it does not exist.").otherwise("true"),
    Option::integer("create_partitions", "Partitions of a created topic; -1: the broker's default.")
        .otherwise("-1")
        .between(-1, 100000)
        .advanced(),
    Option::integer("create_replication_factor",
                    "Replicas of a created topic; -1: the broker's default.")
        .otherwise("-1")
        .between(-1, 1000)
        .advanced(),
    Option::duration("message_timeout",
                     "Give one message up after this long; 0: the time limit of the write decides, "
                     "which keeps the order per key through every outage.")
        .otherwise("0ms")
        .between(0, 2147483647)
        .advanced(),
    Option::string("security_protocol", "How brokers are spoken to.")
        .otherwise("plaintext")
        .one_of(protocol_choices)
        .endpoint(),
    Option::string("sasl_mechanism", "How to log in, with sasl_plaintext and sasl_ssl.")
        .one_of(mechanism_choices)
        .endpoint(),
    Option::string("sasl_username", "Login name."),
    Option::string("sasl_password", "Password of the login.").secret(),
    Option::string("ssl_key_password", "Passphrase of ssl.key.location.").secret().advanced(),
    Option::duration("statistics_interval",
                     "How often librdkafka's statistics are read into the metrics; 0: never.")
        .otherwise("10s")
        .between(0, 86400000)
        .advanced(),
    Option::map("properties", "More librdkafka properties; they win over the options above.")
        .one_of(allowed_properties)
        .advanced()
        .endpoint()};

}  // namespace connector_host_plugins::kafka
