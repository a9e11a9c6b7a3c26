#pragma once
// KeyedCommand: one command that is sent for many ids. All but the key is formatted once, when it
// is made.
//
// Immutable; made and used within one call. The template it was made with outlives it.
#include <chrono>
#include <string>
#include <string_view>

#include "plugins/redis/command_buffer.hpp"
#include "plugins/redis/key_template.hpp"

namespace connector_host_plugins::redis {

class KeyedCommand {
 public:
  // What stands before the key and behind it, one argument each.
  KeyedCommand(const KeyTemplate& keys, std::initializer_list<std::string_view> before,
               std::initializer_list<std::string_view> after)
      : keys_(&keys) {
    CommandBuffer head, tail;
    head.header('*', before.size() + 1 + after.size());
    for (const std::string_view argument : before) head.argument(argument);
    for (const std::string_view argument : after) tail.argument(argument);
    head_ = head.bytes();
    tail_ = tail.bytes();
  }
  void append_to(CommandBuffer& commands, std::string_view id) const {
    commands.raw(head_);
    commands.argument(keys_->before(), id, keys_->after());
    commands.raw(tail_);
  }

 private:
  const KeyTemplate* keys_;
  std::string head_, tail_;
};

// SET … NX GET: takes an absent key, and answers what a present one holds. Redis 7.0.
inline KeyedCommand claim_by_set(const KeyTemplate& keys, std::string_view claim,
                                 std::string_view lease_ms) {
  return {keys, {"SET"}, {claim, "NX", "GET", "PX", lease_ms}};
}
inline KeyedCommand by_script(const KeyTemplate& keys, std::string_view script,
                              std::string_view claim, std::string_view lease_ms) {
  return {keys, {"EVALSHA", script, "1"}, {claim, lease_ms}};
}
// replaceable: what the present value has to begin with to be replaced; empty: it stays.
inline KeyedCommand bind_command(const KeyTemplate& keys, std::string_view script,
                                 std::string_view value, std::string_view replaceable) {
  return {keys, {"EVALSHA", script, "1"}, {value, replaceable}};
}
inline KeyedCommand commit_command(const KeyTemplate& keys, std::string_view value,
                                   std::string_view ttl_ms) {
  return {keys, {"SET"}, {value, "PX", ttl_ms}};
}

}  // namespace connector_host_plugins::redis
