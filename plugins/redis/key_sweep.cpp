#include "plugins/redis/key_sweep.hpp"

#include <string_view>
#include <vector>

#include "plugins/redis/error_reply.hpp"
#include "plugins/redis/info_field.hpp"

namespace connector_host_plugins::redis {
namespace {

constexpr std::chrono::minutes longest_break{10};

// Which process answers; empty when this user may not know.
std::string run_id(Connection& connection, const net::Limit& limit) {
  connection.commands().clear();
  connection.commands().command({"INFO", "server"});
  const Reply reply = connection.exchange(1, limit)[0];
  return reply.kind == ReplyKind::string ? std::string(info_field(reply.text, "run_id"))
                                         : std::string();
}

// One page of SCAN: deletes its keys but for those that begin with `kept`. Returns the next cursor;
// "0" at the end.
std::string delete_page(Connection& connection, const net::Limit& limit, const std::string& cursor,
                        const std::string& pattern, const std::string& kept) {
  CommandBuffer& commands = connection.commands();
  commands.clear();
  commands.command({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
  const Replies& page = connection.exchange(1, limit);
  // An array of two: the cursor, and an array of keys.
  if (page[0].kind == ReplyKind::error) throw error_reply(page[0].text, "SCAN");
  if (page.size() < 3 || page[0].kind != ReplyKind::array || page[1].kind != ReplyKind::string ||
      page[2].kind != ReplyKind::array)
    throw unexpected_reply("SCAN");
  const std::string next(page[1].text);
  std::vector<std::string_view> keys;
  for (std::size_t i = 3; i < page.size(); ++i) {
    if (!page[i].text.starts_with(kept)) keys.push_back(page[i].text);
  }
  if (keys.empty()) return next;
  commands.clear();
  commands.header('*', 1 + keys.size());
  commands.argument("UNLINK");
  for (const std::string_view key : keys) commands.argument(key);
  const Reply deleted = connection.exchange(1, limit)[0];
  if (deleted.kind == ReplyKind::error) throw error_reply(deleted.text, "UNLINK");
  if (deleted.kind != ReplyKind::integer) throw unexpected_reply("UNLINK");
  return next;
}

}  // namespace

void KeySweep::run(Connection& connection, const net::Limit& limit, const std::string& pattern,
                   const std::string& kept) {
  const std::string server = run_id(connection, limit);
  std::string cursor = cursor_of(pattern, server);
  try {
    do {
      cursor = delete_page(connection, limit, cursor, pattern, kept);
    } while (cursor != "0");
  } catch (const RedisError&) {
    if (!server.empty()) leave(pattern, {server, cursor, net::Deadline::Clock::now()});
    throw;
  }
}

std::string KeySweep::cursor_of(const std::string& pattern, const std::string& server) {
  std::lock_guard lock(mutex_);
  std::erase_if(places_, [now = net::Deadline::Clock::now()](const auto& each) {
    return now - each.second.left_at > longest_break;
  });
  const auto left = places_.extract(pattern);
  return left && left.mapped().server == server ? left.mapped().cursor : "0";
}

void KeySweep::leave(const std::string& pattern, Place place) {
  std::lock_guard lock(mutex_);
  places_.insert_or_assign(pattern, std::move(place));
}

}  // namespace connector_host_plugins::redis
