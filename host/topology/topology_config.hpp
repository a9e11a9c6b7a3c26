#pragma once
// TopologyConfig: what the user wrote, checked, with defaults filled, references resolved and units converted.
//
// Plain data without behaviour, so that anybody may hold a copy. Durations are milliseconds, sizes bytes. Made by
// TopologyLoader only; whoever has one may rely on every range that the loader checks.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/files/confinement.hpp"

namespace connector_host::topology {

// Where something stands in the topology file; line and column count from 1, 0: nowhere (a default).
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

// A value as the user wrote it, before references and units: what REST shows instead of a resolved secret.
struct RawValue {
  std::string text;  // list items are joined with commas
  bool reference = false;
  bool secret = false;  // a literal one must not be shown
};
using RawValues = std::map<std::string, RawValue>;  // by the path below its owner: "url", "properties.linger.ms"

struct ComponentConfig {
  std::string path;  // "connectors.rmq-to-kafka.source", for messages
  Place place;
  std::string name;                     // of a transform, one of its chain; else empty
  std::string type;                     // the component's word: "rabbitmq"
  std::string json;                     // what connector_component.create gets: every declared option, resolved
  std::vector<std::string> secrets;     // resolved secret values, to be scrubbed from every text the plugin gives
  RawValues raw;                        // of the options that were written
  std::map<std::string, Place> places;  // of those, each where it stands
  // Set exactly when the configuration came over REST.
  std::optional<files::Confinement> confinement;
};

enum class Ordering { source, key, queue, none };
enum class IdFrom { none, json, header, message_id, key };
enum class OnUnavailable { wait, bypass };
enum class Tolerance { none, all };
enum class OnTooLarge { fail, truncate };

struct IdConfig {
  IdFrom from = IdFrom::json;
  std::string argument = "/event_id";  // JSON pointer (RFC 6901) or header name
};

enum class KeyFrom { json, header, message_id, routing_key, constant };

struct KeyPart {
  KeyFrom from = KeyFrom::json;
  std::string argument;  // JSON pointer (RFC 6901), header name, or the constant
};

struct KeyConfig {
  std::vector<KeyPart> parts;   // empty: records keep the key of their source; several: the key is a JSON array
  bool reject_missing = false;  // on_missing: reject; else a record that lacks a part has no key
};

struct DedupConfig {
  ComponentConfig component;
  std::string scope;  // default: the connector's name; empty: ids go to the store as they are
  std::chrono::milliseconds lease{10'000};
  std::chrono::milliseconds timeout{2'000};
  OnUnavailable on_unavailable = OnUnavailable::wait;
  bool scope_is_default = true;  // then it is bound to the connector's source and sink
  bool adopt = false;            // binds the default scope anew
};

struct RetryConfig {
  std::chrono::milliseconds initial{200};
  std::chrono::milliseconds max{30'000};
};

// Of a task that FAILED: waits that double between two starts, and how many starts an hour may bring (0: none).
struct RestartConfig {
  std::chrono::milliseconds initial{1'000};
  std::chrono::milliseconds max{300'000};
  std::uint32_t limit = 10;
};

struct BreakerConfig {
  std::uint32_t failures = 5;
  std::chrono::milliseconds probe_every{3'000};
};

struct ConnectorConfig {
  std::string name;
  Place place;
  std::uint32_t tasks = 1;
  std::uint32_t workers = 0;  // lanes per task; 0: min(cores, 4)
  Ordering ordering = Ordering::source;
  IdConfig id;  // from none is allowed only without dedup
  KeyConfig key;
  bool decode = false;                     // the sink gets values without their content encoding
  std::uint64_t decode_limit = 16u << 20;  // bytes of a decoded value
  std::uint32_t max_in_flight = 4000;
  std::uint64_t max_in_flight_bytes = 64u << 20;
  std::chrono::milliseconds drain_timeout{20'000};
  std::chrono::milliseconds hold_max{600'000};
  std::chrono::milliseconds write_timeout{120'000};  // of one call to the sink or the dead letter
  ComponentConfig source;
  std::optional<DedupConfig> dedup;
  std::vector<ComponentConfig> transforms;
  ComponentConfig sink;
  std::optional<ComponentConfig> dead_letter;
  OnTooLarge on_too_large = OnTooLarge::fail;  // dead_letter.on_too_large
  Tolerance tolerance = Tolerance::none;
  std::uint32_t max_rejected = 500;                        // of the latest 1000 records
  std::optional<std::chrono::milliseconds> retry_timeout;  // errors.retry.timeout; nothing: no limit
  RetryConfig retry;
  BreakerConfig breaker;
  RestartConfig restart;
  RawValues raw;  // of the connector's own keys: "tasks", "retry.initial", "dedup.lease"
};

struct ListenConfig {
  std::string host;
  std::uint16_t port = 0;  // 0: any free one

  friend bool operator==(const ListenConfig&, const ListenConfig&) = default;
};

// A bearer token or a user's password.
struct CredentialConfig {
  std::string name;    // of the token, or of the user
  std::string secret;  // as it was when the topology was loaded
  std::string file;    // to be read anew when it changes; empty: the secret does not come from a file alone

  friend bool operator==(const CredentialConfig&, const CredentialConfig&) = default;
};

// Who has one role.
struct LoginsConfig {
  std::vector<CredentialConfig> tokens;  // at least 16 visible ASCII characters each
  std::vector<CredentialConfig> users;   // never an empty password
  std::vector<std::string> clients;      // common names of certificates

  bool empty() const { return tokens.empty() && users.empty() && clients.empty(); }
  friend bool operator==(const LoginsConfig&, const LoginsConfig&) = default;
};

struct AdminTlsConfig {
  std::string certificate, key;  // PEM files
  std::string client_ca;         // empty: clients are not asked for certificates
  bool client_certificate_required = true;

  friend bool operator==(const AdminTlsConfig&, const AdminTlsConfig&) = default;
};

struct AdminConfig {
  ListenConfig listen{"127.0.0.1", 8083};
  std::string unauthenticated;         // the role without a login: none, read, operate, admin; empty: it was not set
  bool allow_unauthenticated = false;  // it is also the role of callers on other machines and behind a proxy
  std::string socket;                  // a path; none: there is no socket; empty: in the state directory
  // What a configuration over REST may refer to beside what the topology's connectors refer to, and for which options: "type.option".
  std::map<std::string, std::vector<std::string>> variables, files;
  // Folders below which such a configuration may name files of records, and of certificates and keys. Absolute and normal.
  std::vector<std::string> file_roots, credential_roots;
  std::vector<std::string> hosts;  // names beside the listen address that clients reach it by
  // The logins of the roles admin, operate and read. No name stands twice among tokens, users or clients. Where no
  // client is named, each certificate of client_ca may do everything.
  LoginsConfig admins, operators, readers;
  std::optional<AdminTlsConfig> tls;

  // Logins are configured (the generated secret and the socket are not among them).
  bool authenticates() const { return !(admins.empty() && operators.empty() && readers.empty()) || (tls && !tls->client_ca.empty()); }

  friend bool operator==(const AdminConfig&, const AdminConfig&) = default;
};

struct HttpConfig {
  ListenConfig listen{"0.0.0.0", 8080};
  std::string ready = "all";  // all, any, none: of the connectors that have to work for /readyz
};

struct MetricsConfig {
  std::string compat = "none";  // none, kafka-connect
};

struct LogConfig {
  std::string level = "info";   // debug, info, warn, error
  std::string format = "text";  // text, json
};

struct TopologyConfig {
  std::vector<ConnectorConfig> connectors;
  HttpConfig http;
  MetricsConfig metrics;
  AdminConfig admin;
  LogConfig log;
  std::string state_dir = "/var/lib/connector-host";
  std::vector<std::string> plugin_dirs{"/usr/lib/connector-host/plugins"};
  bool debuggable = false;  // debuggers, profilers and core files get at the process's memory
};

}  // namespace connector_host::topology
