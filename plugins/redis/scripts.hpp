#pragma once
// The Lua scripts. Each acts on one key, KEYS[1], and compares before it changes anything, in one
// step for the server.
//
// ARGV[1]: the value of a claim of ours; ARGV[2]: the lease in milliseconds; those of bind_script
// stand there. Constant text; any thread.
#include <string_view>

namespace connector_host_plugins::redis {

// Answers what was there: nothing (now it is ours), our claim (now with a full lease), or something
// else, left alone.
inline constexpr std::string_view claim_script = R"lua(
local value = redis.call('GET', KEYS[1])
if not value then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
elseif value == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return value)lua";

// The same, but takes nothing.
inline constexpr std::string_view renew_script = R"lua(
local value = redis.call('GET', KEYS[1])
if value == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return value)lua";

// Answers how many keys went.
inline constexpr std::string_view release_script = R"lua(
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0)lua";

// Binds a key without an expiry and answers its value afterwards. ARGV[1]: the value to store where
// there is none; ARGV[2]: what a value has to begin with to be replaced; empty: no value is
// replaced.
inline constexpr std::string_view bind_script = R"lua(
local value = redis.call('GET', KEYS[1])
if not value or (ARGV[2] ~= '' and string.sub(value, 1, #ARGV[2]) == ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[1])
  return ARGV[1]
end
return value)lua";

// Each command of the others once, on a key that no id has: so it changes nothing, and an ACL has
// to let all of them pass.
inline constexpr std::string_view trial_script = R"lua(
redis.call('GET', KEYS[1])
redis.call('PEXPIRE', KEYS[1], 1)
redis.call('DEL', KEYS[1])
return 0)lua";

}  // namespace connector_host_plugins::redis
