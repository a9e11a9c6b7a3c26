#pragma once
// for_each_id: sends one command per id and hands out the replies in order, in pipelines of a
// bounded size.
//
// A pipeline ends at 1,000 commands or 256 KiB: enough to make round trips cheap, little enough to
// hold no memory that matters on either side. Within one call, on one connection.
#include <connector/dedup_store.hpp>

#include "plugins/redis/connection.hpp"
#include "plugins/redis/error_reply.hpp"
#include "plugins/redis/keyed_command.hpp"

namespace connector_host_plugins::redis {

inline constexpr std::size_t most_commands = 1000;
inline constexpr std::size_t most_bytes = 256 * 1024;

// id_at(i): the id of the i-th command; read(i, reply).
template <class IdAt, class Read>
void for_each_id(Connection& connection, const net::Limit& limit, const KeyedCommand& command,
                 std::size_t count, IdAt&& id_at, Read&& read) {
  CommandBuffer& commands = connection.commands();
  for (std::size_t first = 0, next = 0; first < count; first = next) {
    commands.clear();
    while (next < count && next - first < most_commands && commands.bytes().size() < most_bytes)
      command.append_to(commands, id_at(next++));
    const Replies& replies = connection.exchange(next - first, limit);
    // An array has entries of its own, so a wrong number is a reply of a wrong type.
    if (replies.size() != next - first) throw unexpected_reply("a pipeline");
    for (std::size_t i = first; i < next; ++i) read(i, replies[i - first]);
  }
}

}  // namespace connector_host_plugins::redis
