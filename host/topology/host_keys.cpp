#include "host/topology/host_keys.hpp"

#include <cstdint>
#include <limits>
#include <span>

#include "connector/view.hpp"

namespace connector_host::topology {
namespace {

using connector::view;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double seconds = 1000, minutes = 60 * seconds, hours = 60 * minutes;
constexpr double kibibytes = 1024, gibibytes = kibibytes * 1024 * 1024;

struct Limits {
  double low = none, high = none;
};

constexpr connector_option key(std::uint32_t type, std::string_view name, std::string_view otherwise, std::string_view help, Limits limits = {}) {
  const connector_view default_value = otherwise.data() ? view(otherwise) : connector::null_view();
  return {sizeof(connector_option), type, 0, 0, view(name), default_value, view(help), connector::null_view(), nullptr, 0, limits.low, limits.high};
}

constexpr connector_option choice(std::string_view name, std::string_view otherwise, std::string_view help, std::span<const connector_view> allowed) {
  connector_option out = key(CONNECTOR_OPT_STRING, name, otherwise, help);
  out.allowed = allowed.data();
  out.allowed_count = allowed.size();
  return out;
}

constexpr connector_option never_empty(connector_option option) {
  option.flags |= CONNECTOR_OPT_REQUIRED;
  return option;
}

constexpr connector_option secret(connector_option option) {
  option.flags |= CONNECTOR_OPT_SECRET;
  return option;
}

template <std::size_t N>
OptionTable table(const connector_option (&options)[N]) {
  OptionTable out;
  for (const connector_option& option : options) out.push_back(&option);
  return out;
}

constexpr connector_view orderings[] = {view("source"), view("key"), view("queue"), view("none")};
constexpr connector_view none_or_all[] = {view("none"), view("all")};
constexpr connector_view no_key_or_reject[] = {view("no_key"), view("reject")};
constexpr connector_view fail_or_truncate[] = {view("fail"), view("truncate")};
constexpr connector_view wait_or_bypass[] = {view("wait"), view("bypass")};
constexpr connector_view required_or_optional[] = {view("required"), view("optional")};
constexpr connector_view levels[] = {view("debug"), view("info"), view("warn"), view("error")};
constexpr connector_view all_any_none[] = {view("all"), view("any"), view("none")};
constexpr connector_view compats[] = {view("none"), view("kafka-connect")};
constexpr connector_view roles[] = {view("none"), view("read"), view("operate"), view("admin")};
constexpr connector_view formats[] = {view("text"), view("json")};

constexpr connector_option top_keys[] = {
    never_empty(key(CONNECTOR_OPT_STRING, "state_dir", "/var/lib/connector-host",
                    "Where the host keeps what has to survive a restart. Relative: beside the topology file.")),
    never_empty(key(CONNECTOR_OPT_LIST, "plugin_dirs", "/usr/lib/connector-host/plugins",
                    "Folders that are searched for plugins, in this order. Relative: beside the topology file.")),
    key(CONNECTOR_OPT_BOOLEAN, "debuggable", "false",
        "true: other processes of the host's user can attach a debugger or profiler and read its "
        "memory and environment, passwords included; a crash may write a core file."),
};
constexpr connector_option http_keys[] = {
    key(CONNECTOR_OPT_STRING, "listen", "0.0.0.0:8080", "Where metrics and health are served: host:port, [::]:port or :port; port 0 takes a free one."),
    choice("ready", "all", "Which connectors have to work for /readyz to say yes; none: the process only.", all_any_none),
};
constexpr connector_option metrics_keys[] = {
    choice("compat", "none", "kafka-connect: also the names that a JMX exporter gives Kafka Connect's metrics, for dashboards that ask for those.", compats),
};
constexpr connector_option admin_keys[] = {
    key(CONNECTOR_OPT_STRING, "listen", "127.0.0.1:8083", "Where the admin API is served: host:port, [::]:port or :port; port 0 takes a free one."),
    choice("unauthenticated", {},
           "Role of a caller on this machine who does not log in: none, read, operate (pause, resume, stop, restart) or admin (everything, as with Kafka "
           "Connect). Default: operate, or none once a login is configured.",
           roles),
    key(CONNECTOR_OPT_BOOLEAN, "allow_unauthenticated", "false",
        "true: 'unauthenticated' is also the role of callers on other machines and behind a proxy, and no login is needed to listen beyond loopback."),
    key(CONNECTOR_OPT_STRING, "socket", {},
        "Unix socket on which root, the host's own user and the group connector-host have the role admin; none: no socket. Default: admin.sock in state_dir. "
        "Relative: beside the topology file."),
    key(CONNECTOR_OPT_LIST, "hosts", {}, "Further names that clients reach it by, without a port: what they send as the Host header."),
    secret(key(CONNECTOR_OPT_MAP, "tokens", {},
               "Bearer tokens by name, each of at least 16 characters. One that is ${file:...} and nothing else is read anew when the file changes.")),
    secret(key(CONNECTOR_OPT_MAP, "users", {}, "Passwords by user, for basic authentication; files as with tokens.")),
    key(CONNECTOR_OPT_LIST, "clients", {},
        "Common names of client certificates with the role admin. Once any role names clients, a certificate that none names has no role."),
    key(CONNECTOR_OPT_LIST, "file_roots", {}, "Absolute folders below which connectors made over REST may open files of records. Empty: none."),
    key(CONNECTOR_OPT_LIST, "credential_roots", {}, "Absolute folders below which connectors made over REST may open certificates and keys. Empty: none."),
};
constexpr connector_option admin_operate_keys[] = {
    secret(key(CONNECTOR_OPT_MAP, "tokens", {}, "Bearer tokens that may look, pause, resume, stop, restart and set log levels.")),
    secret(key(CONNECTOR_OPT_MAP, "users", {}, "Users with this role.")),
    key(CONNECTOR_OPT_LIST, "clients", {}, "Common names of client certificates with this role."),
};
constexpr connector_option admin_read_only_keys[] = {
    secret(key(CONNECTOR_OPT_MAP, "tokens", {}, "Bearer tokens that may look and change nothing.")),
    secret(key(CONNECTOR_OPT_MAP, "users", {}, "Users who may look and change nothing.")),
    key(CONNECTOR_OPT_LIST, "clients", {}, "Common names of client certificates that may look and change nothing."),
};
constexpr connector_option admin_tls_keys[] = {
    never_empty(key(CONNECTOR_OPT_STRING, "certificate", {}, "PEM file of the certificate and its chain. Relative: beside the topology file.")),
    never_empty(key(CONNECTOR_OPT_STRING, "key", {}, "PEM file of its private key, not encrypted.")),
    key(CONNECTOR_OPT_STRING, "client_ca", {}, "PEM file of the CA that signs clients' certificates; without it clients are not asked for one."),
    choice("client_certificate", "required", "required: who has none is not answered. optional: may log in in another way.", required_or_optional),
};
constexpr connector_option log_keys[] = {
    choice("level", "info", "The least important lines that are written.", levels),
    choice("format", "text", "Lines for people, or one JSON object per line.", formats),
};
constexpr connector_option connector_keys[] = {
    key(CONNECTOR_OPT_INTEGER, "tasks", "1", "Independent copies of the line, each with its own source.", {1, 1000}),
    key(CONNECTOR_OPT_INTEGER, "workers", "0", "Lanes of each task; 0: as many as there are cores, at most 4.", {0, 256}),
    choice("ordering", "source",
           "Which records stay in order. source: the lines of a file, else those of one key. key: those of one key. queue: all, as the source gave them. none.",
           orderings),
    key(CONNECTOR_OPT_BOOLEAN, "decode", "false",
        "true: the sink gets gzip, deflate and zstd values decoded, and without the header that names the encoding. Rules decode what they read in any case."),
    key(CONNECTOR_OPT_SIZE, "decode_limit", "16MiB", "Largest decoded value; a larger one is rejected.", {1 * kibibytes, 1 * gibibytes}),
    key(CONNECTOR_OPT_INTEGER, "max_in_flight", "4000", "Records of a task between source and sink at one time.", {1, 1'000'000}),
    key(CONNECTOR_OPT_SIZE, "max_in_flight_bytes", "64MiB", "Memory for those records.", {1 * kibibytes, 1024 * gibibytes}),
    key(CONNECTOR_OPT_DURATION, "drain_timeout", "20s", "How long a stop or pause waits for what is in flight; the rest is returned to the source.",
        {0, 1 * hours}),
    key(CONNECTOR_OPT_DURATION, "hold_max", "10m",
        "Time without any settled record after which everything in flight is returned to the source; below 30m, RabbitMQ's consumer timeout.",
        {1 * seconds, none}),
    key(CONNECTOR_OPT_DURATION, "write_timeout", "2m",
        "Time limit of one call to the sink or the dead letter; below hold_max. An outage that is longer may repeat what was on its way.", {1, none}),
};
constexpr connector_option dedup_keys[] = {
    key(CONNECTOR_OPT_STRING, "scope", {}, "Put before every id, so that connectors on one store do not see each other's; default: the connector's name."),
    key(CONNECTOR_OPT_DURATION, "lease", "10s", "How long a claim lasts without renewal; a crashed host's ids are free after it.", {1 * seconds, 24 * hours}),
    key(CONNECTOR_OPT_DURATION, "timeout", "2s", "Time limit of one call to the store; below lease.", {1, none}),
    key(CONNECTOR_OPT_BOOLEAN, "adopt", "false", "true: take over the default scope from another source and sink that used it; for a pipeline that has moved."),
    choice("on_unavailable", "wait", "While the store is down: wait, or bypass it and risk duplicates, which is counted.", wait_or_bypass),
};
constexpr connector_option dead_letter_keys[] = {
    choice("on_too_large", "fail",
           "When the dead letter refuses a record: fail: the task fails and the source keeps the record. "
           "truncate: the dead letter gets the first 4096 bytes, the size and the SHA-256; the rest is lost.",
           fail_or_truncate),
};
constexpr connector_option transform_keys[] = {
    key(CONNECTOR_OPT_STRING, "name", {}, "What the flat spelling and metrics call it; default: its place in the list, from 0."),
};
constexpr connector_option errors_keys[] = {
    choice("tolerance", "none", "Without a dead letter, a rejected record fails the task (none) or is dropped and counted (all).", none_or_all),
    key(CONNECTOR_OPT_INTEGER, "max_rejected", "500",
        "Of the connector's latest 1000 records, how many may go to the dead letter, or be dropped; one more fails the task. 1000: all.", {0, 1000}),
    key(CONNECTOR_OPT_STRING, "retry.timeout", "-1",
        "Longest time that a record is retried after its first failure, while the sink is available; then the record is rejected. -1: no limit, 0: no retry; "
        "a whole number is milliseconds."),
};
constexpr connector_option retry_keys[] = {
    key(CONNECTOR_OPT_DURATION, "initial", "200ms", "The first wait before a retry; it doubles each time.", {1, none}),
    key(CONNECTOR_OPT_DURATION, "max", "30s", "The longest wait between two retries.", {1, 1 * hours}),
};
constexpr connector_option breaker_keys[] = {
    key(CONNECTOR_OPT_INTEGER, "failures", "5", "Failed calls in a row that open the breaker.", {1, 1'000'000}),
    key(CONNECTOR_OPT_DURATION, "probe_every", "3s", "How often an open breaker asks whether the dependency is back.", {1, 1 * hours}),
};
constexpr connector_option restart_keys[] = {
    key(CONNECTOR_OPT_DURATION, "initial", "1s", "The first wait before a failed task is started again; it doubles each time.", {1, none}),
    key(CONNECTOR_OPT_DURATION, "max", "5m", "The longest wait between two such starts.", {1, 24 * hours}),
    key(CONNECTOR_OPT_INTEGER, "limit", "10",
        "Such starts within an hour; after them the task stays FAILED. 0: it does at once, and the process ends when nothing else is left to do.", {0, 1000}),
};
constexpr connector_option id_keys[] = {
    key(CONNECTOR_OPT_STRING, "json", {}, "JSON pointer (RFC 6901) into the record's value: /event_id."),
    key(CONNECTOR_OPT_STRING, "header", {}, "Name of the header that holds the id."),
    key(CONNECTOR_OPT_BOOLEAN, "message_id", {}, "true: the id that the source gives, such as AMQP's message-id."),
    key(CONNECTOR_OPT_BOOLEAN, "key", {}, "true: the record's key."),
};
constexpr connector_option key_keys[] = {
    key(CONNECTOR_OPT_STRING, "json", {}, "JSON pointer (RFC 6901) into the record's value: /customer_id."),
    key(CONNECTOR_OPT_STRING, "header", {}, "Name of the header that holds the key."),
    key(CONNECTOR_OPT_BOOLEAN, "message_id", {}, "true: the id that the source gives, such as AMQP's message-id."),
    key(CONNECTOR_OPT_BOOLEAN, "routing_key", {}, "true: the name by which the source's system routed the record, such as AMQP's routing key."),
    key(CONNECTOR_OPT_STRING, "constant", {}, "One key for all records: they stay in one order."),
    key(CONNECTOR_OPT_LIST, "parts", {}, "Several, such as json:/tenant and header:region; the key is a JSON array of them."),
    choice("on_missing", "no_key", "Of a record that lacks a part: no_key: it has no key, which is counted. reject: it is rejected.", no_key_or_reject),
};

}  // namespace

const OptionTable& HostKeys::top() {
  static const OptionTable out = table(top_keys);
  return out;
}
const OptionTable& HostKeys::metrics() {
  static const OptionTable out = table(metrics_keys);
  return out;
}
const OptionTable& HostKeys::http() {
  static const OptionTable out = table(http_keys);
  return out;
}
const OptionTable& HostKeys::admin() {
  static const OptionTable out = table(admin_keys);
  return out;
}
const OptionTable& HostKeys::admin_operate() {
  static const OptionTable out = table(admin_operate_keys);
  return out;
}
const OptionTable& HostKeys::admin_read_only() {
  static const OptionTable out = table(admin_read_only_keys);
  return out;
}
const OptionTable& HostKeys::admin_tls() {
  static const OptionTable out = table(admin_tls_keys);
  return out;
}
const OptionTable& HostKeys::log() {
  static const OptionTable out = table(log_keys);
  return out;
}
const OptionTable& HostKeys::connector() {
  static const OptionTable out = table(connector_keys);
  return out;
}
const OptionTable& HostKeys::dedup() {
  static const OptionTable out = table(dedup_keys);
  return out;
}
const OptionTable& HostKeys::dead_letter() {
  static const OptionTable out = table(dead_letter_keys);
  return out;
}
const OptionTable& HostKeys::transform() {
  static const OptionTable out = table(transform_keys);
  return out;
}
const OptionTable& HostKeys::errors() {
  static const OptionTable out = table(errors_keys);
  return out;
}
const OptionTable& HostKeys::retry() {
  static const OptionTable out = table(retry_keys);
  return out;
}
const OptionTable& HostKeys::breaker() {
  static const OptionTable out = table(breaker_keys);
  return out;
}
const OptionTable& HostKeys::restart() {
  static const OptionTable out = table(restart_keys);
  return out;
}
const OptionTable& HostKeys::id() {
  static const OptionTable out = table(id_keys);
  return out;
}
const OptionTable& HostKeys::key() {
  static const OptionTable out = table(key_keys);
  return out;
}

const std::vector<std::string>& HostKeys::top_parts() {
  static const std::vector<std::string> out = {"connectors", "http", "admin", "log", "metrics"};
  return out;
}
const std::vector<std::string>& HostKeys::admin_parts() {
  static const std::vector<std::string> out = {"variables", "files", "operate", "read_only", "tls"};
  return out;
}
const std::vector<std::string>& HostKeys::connector_parts() {
  static const std::vector<std::string> out = {"id", "key", "source", "dedup", "transforms", "sink", "dead_letter", "errors", "retry", "breaker", "restart"};
  return out;
}

}  // namespace connector_host::topology
