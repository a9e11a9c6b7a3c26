#include "plugins/redis/key_sweep.hpp"

#include <vector>

#include "plugins/redis/error_reply.hpp"

namespace connector_host_plugins::redis {

std::string delete_page(Connection& connection, const Limit& limit, const std::string& cursor, const std::string& pattern) {
  CommandBuffer& commands = connection.commands();
  commands.clear();
  commands.command({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
  const Replies& page = connection.exchange(1, limit);
  // An array of two: the cursor, and an array of keys.
  if (page[0].kind == ReplyKind::error) throw error_reply(page[0].text, "SCAN");
  if (page.size() < 3 || page[0].kind != ReplyKind::array || page[1].kind != ReplyKind::string || page[2].kind != ReplyKind::array)
    throw unexpected_reply("SCAN");
  const std::string next(page[1].text);
  const std::size_t keys = page.size() - 3;
  if (keys == 0) return next;
  commands.clear();
  commands.header('*', 1 + keys);
  commands.argument("UNLINK");
  for (std::size_t i = 3; i < page.size(); ++i) commands.argument(page[i].text);
  const Reply deleted = connection.exchange(1, limit)[0];
  if (deleted.kind == ReplyKind::error) throw error_reply(deleted.text, "UNLINK");
  if (deleted.kind != ReplyKind::integer) throw unexpected_reply("UNLINK");
  return next;
}

}  // namespace connector_host_plugins::redis
