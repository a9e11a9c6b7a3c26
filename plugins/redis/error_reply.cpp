#include "plugins/redis/error_reply.hpp"

#include <string>

#include "plugins/redis/key_template.hpp"

namespace connector_host_plugins::redis {
namespace {

struct Rule {
  std::string_view start;
  connector_code code;
  std::string_view advice;
};

constexpr std::string_view no_cluster =
    "Redis Cluster is not supported: use a server without cluster mode";
constexpr std::string_view no_permission =
    "the user lacks a permission: its ACL needs ~<keys> +ping +select +info +set +script|load "
    "+evalsha +get +pexpire +del";

// Of redis/src/server.c (createSharedObjects), acl.c, cluster.c, networking.c. What is not here is
// RETRIABLE.
constexpr Rule rules[] = {
    {"LOADING", CONNECTOR_RETRIABLE, "the server is still loading its data"},
    {"BUSY", CONNECTOR_RETRIABLE, "a script of somebody keeps the server busy"},
    {"TRYAGAIN", CONNECTOR_RETRIABLE, "the server asks to try again"},
    {"CLUSTERDOWN", CONNECTOR_RETRIABLE, "the cluster is down"},
    {"MASTERDOWN", CONNECTOR_RETRIABLE, "the server is a replica that has lost its primary"},
    {"READONLY", CONNECTOR_RETRIABLE,
     "the server is a read-only replica: let address follow the primary"},
    {"OOM", CONNECTOR_RETRIABLE, "the server's memory is full: raise its maxmemory or shorten ttl"},
    {"MISCONF", CONNECTOR_RETRIABLE,
     "the server cannot save to its disk and takes no writes: see its log"},
    {"NOREPLICAS", CONNECTOR_RETRIABLE, "the server has fewer replicas than min-replicas-to-write"},
    {"ERR max number of clients", CONNECTOR_RETRIABLE,
     "the server has no connection left: raise its maxclients"},
    {"NOSCRIPT", CONNECTOR_NOT_CONNECTED,
     "the server has forgotten the scripts: opening loads them again"},
    {"NOAUTH", CONNECTOR_BAD_CONFIG,
     "the server wants a login: set the option password, and user if it is not the default user"},
    {"WRONGPASS", CONNECTOR_BAD_CONFIG,
     "the server refuses the login: check the options user and password"},
    {"NOPERM", CONNECTOR_BAD_CONFIG, no_permission},
    {"ERR ACL failure in script", CONNECTOR_BAD_CONFIG, no_permission},
    {"ERR The user executing the script can't", CONNECTOR_BAD_CONFIG, no_permission},
    {"DENIED", CONNECTOR_BAD_CONFIG,
     "the server is in protected mode: give it a password, or let it listen on an address of its "
     "own"},
    {"MOVED", CONNECTOR_BAD_CONFIG, no_cluster},
    {"ASK", CONNECTOR_BAD_CONFIG, no_cluster},
    {"ERR DB index", CONNECTOR_BAD_CONFIG, "the server has no such database: check the option db"},
    {"ERR unknown command", CONNECTOR_BAD_CONFIG,
     "the server does not know a command that is needed: Redis 4.0 or later, with SET, EVALSHA and "
     "SCRIPT not renamed"},
};

// A server before 7.0 wraps what a command of a script answered: "ERR Error running script (…): …:
// -OOM command …".
std::string_view unwrapped(std::string_view text) {
  if (!text.starts_with("ERR Error running script")) return text;
  const std::size_t inner = text.find(": -");
  return inner == std::string_view::npos ? text : text.substr(inner + 3);
}

const Rule* rule_of(std::string_view text) {
  for (const Rule& rule : rules) {
    if (text.starts_with(rule.start)) return &rule;
  }
  return nullptr;
}

}  // namespace

RedisError error_reply(std::string_view text, std::string_view doing) {
  const Rule* rule = rule_of(unwrapped(text));
  const std::string said = std::string(doing) + " was answered with " + in_quotes(text);
  if (text.find("WRONGTYPE") != std::string_view::npos) {
    return {Failure::foreign_value, CONNECTOR_BAD_CONFIG,
            said + ": the key belongs to another application; use another key_template"};
  }
  if (!rule) return {Failure::error_reply, CONNECTOR_RETRIABLE, said};
  return {Failure::error_reply, rule->code, std::string(rule->advice) + " (" + said + ")"};
}

RedisError unexpected_reply(std::string_view doing) {
  return {Failure::lost, CONNECTOR_NOT_CONNECTED,
          "the answers are not those of Redis: " + std::string(doing) +
              " was answered with a reply of a wrong type"};
}

}  // namespace connector_host_plugins::redis
