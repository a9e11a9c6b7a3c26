#include "plugins/redis/handshake.hpp"

#include <iterator>
#include <utility>

#include "plugins/redis/error_reply.hpp"
#include "plugins/redis/info_field.hpp"
#include "plugins/redis/scripts.hpp"

namespace connector_host_plugins::redis {
namespace {

constexpr std::string_view no_id = "connector-host-probe";  // what is tried is tried on its key

void expect_status(const Reply& reply, std::string_view doing) {
  if (reply.kind == ReplyKind::error) throw error_reply(reply.text, doing);
  if (reply.kind != ReplyKind::status) throw unexpected_reply(doing);
}

// An error of AUTH is never quoted: a server that does not know the command repeats its arguments.
RedisError refused_login(std::string_view text) {
  for (const std::string_view passing :
       {"LOADING", "BUSY", "ERR max number of clients", "DENIED"}) {
    if (text.starts_with(passing)) return error_reply(text, "AUTH");
  }
  if (text.starts_with("ERR AUTH <password> called without any password") ||
      text.starts_with("ERR Client sent AUTH, but no password")) {
    return {
        Failure::error_reply, CONNECTOR_BAD_CONFIG,
        "the server has no password: remove the option password, or set requirepass on the server"};
  }
  if (text.starts_with("ERR wrong number of arguments")) {
    return {Failure::error_reply, CONNECTOR_BAD_CONFIG,
            "the server is older than Redis 6 and knows no users: remove the option user"};
  }
  return {Failure::error_reply, CONNECTOR_BAD_CONFIG,
          "the server refuses the login: check the options user and password"};
}

void refuse_other_modes(std::string_view info) {
  if (info_field(info, "redis_mode") == "cluster") {
    throw RedisError(Failure::error_reply, CONNECTOR_BAD_CONFIG,
                     "the server is a node of a Redis Cluster, which is not supported: use a "
                     "server without cluster mode (a primary with replicas)");
  }
  if (info_field(info, "redis_mode") == "sentinel") {
    throw RedisError(Failure::error_reply, CONNECTOR_BAD_CONFIG,
                     "this is a Redis Sentinel and not a server: set address to one that follows "
                     "the primary it watches");
  }
}

}  // namespace

void Handshake::log_in(Connection& connection, const net::Limit& limit) const {
  if (config_->password.empty()) return;
  CommandBuffer& commands = connection.commands();
  commands.clear();
  config_->user.empty() ? commands.command({"AUTH", config_->password})
                        : commands.command({"AUTH", config_->user, config_->password});
  const Reply reply = connection.exchange(1, limit)[0];
  commands.clear();
  if (reply.kind == ReplyKind::error) throw refused_login(reply.text);
  expect_status(reply, "AUTH");
}

void Handshake::look_around(Connection& connection, const connector::Host& host,
                            const net::Limit& limit) const {
  connection.commands().clear();
  connection.commands().command({"INFO", "server"});
  connection.commands().command({"INFO", "memory"});
  const Replies& replies = connection.exchange(2, limit);
  const Reply server = replies[0];
  if (server.kind == ReplyKind::error && server.text.starts_with("NOPERM"))
    return host.debug(
        "redis: INFO is not permitted, so mode and memory policy of the server stay unknown");
  if (server.kind == ReplyKind::error) throw error_reply(server.text, "INFO");
  if (server.kind != ReplyKind::string || replies.size() != 2) throw unexpected_reply("INFO");
  refuse_other_modes(server.text);
  host.info("redis: the server at " + config_->address.text() + " is version " +
            std::string(info_field(server.text, "redis_version")));
  const Reply memory = replies[1];
  const std::string_view policy = info_field(memory.text, "maxmemory_policy"),
                         most = info_field(memory.text, "maxmemory");
  if (memory.kind == ReplyKind::string && !policy.empty() && policy != "noeviction" &&
      most != "0") {
    host.warn("redis: maxmemory-policy is " + std::string(policy) +
              ": when the memory is full, ids are forgotten and their repeats get through; set it "
              "to noeviction");
  }
}

// PX 0 is refused only after the words NX and GET were understood, and before anything is written:
// so the answer tells what the server knows and whether this user may write this key, and leaves
// nothing behind.
void Handshake::probe(Connection& connection, const net::Limit& limit) const {
  CommandBuffer& commands = connection.commands();
  commands.clear();
  commands.command({"SELECT", std::to_string(config_->db)});
  commands.command({"PING"});
  commands.command({"SET", config_->keys.key(no_id), "probe", "NX", "GET", "PX", "0"});
  const Replies& replies = connection.exchange(3, limit);
  expect_status(replies[0], "SELECT");
  expect_status(replies[1], "PING");
  const Reply probed = replies[2];
  if (probed.kind != ReplyKind::error) throw unexpected_reply("SET");
  if (probed.text.starts_with("ERR syntax error")) return;
  if (!probed.text.starts_with("ERR invalid expire")) throw error_reply(probed.text, "SET");
  connection.facts.claims_by_set = true;
}

void Handshake::load_scripts(Connection& connection, const net::Limit& limit) const {
  connection.commands().clear();
  ServerFacts& facts = connection.facts;
  const std::pair<std::string_view, std::string*> scripts[] = {
      {claim_script, &facts.claim_script},
      {renew_script, &facts.renew_script},
      {release_script, &facts.release_script},
      {bind_script, &facts.bind_script}};
  for (const auto& [script, hash] : scripts)
    connection.commands().command({"SCRIPT", "LOAD", script});
  const Replies& replies = connection.exchange(std::size(scripts), limit);
  for (std::size_t i = 0; i < std::size(scripts); ++i) {
    const Reply reply = replies[i];
    if (reply.kind == ReplyKind::error) throw error_reply(reply.text, "SCRIPT LOAD");
    if (reply.kind != ReplyKind::string) throw unexpected_reply("SCRIPT LOAD");
    *scripts[i].second = reply.text;
  }
}

void Handshake::try_scripts(Connection& connection, const net::Limit& limit) const {
  connection.commands().clear();
  connection.commands().command({"SCRIPT", "LOAD", trial_script});
  const Reply loaded = connection.exchange(1, limit)[0];
  if (loaded.kind == ReplyKind::error) throw error_reply(loaded.text, "SCRIPT LOAD");
  if (loaded.kind != ReplyKind::string) throw unexpected_reply("SCRIPT LOAD");
  const std::string hash(loaded.text);
  connection.commands().clear();
  connection.commands().command({"EVALSHA", hash, "1", config_->keys.key(no_id)});
  const Reply tried = connection.exchange(1, limit)[0];
  if (tried.kind == ReplyKind::error) throw error_reply(tried.text, "EVALSHA");
}

}  // namespace connector_host_plugins::redis
