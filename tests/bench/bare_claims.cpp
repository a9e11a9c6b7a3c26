#include <hiredis/hiredis.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "tests/bench/bare_clients.hpp"

namespace bench {
namespace {

struct CloseRedis {
  void operator()(redisContext* connection) const { redisFree(connection); }
};
using Redis = std::unique_ptr<redisContext, CloseRedis>;

void take_replies(redisContext* redis, std::uint64_t count) {
  for (; count > 0; --count) {
    void* reply = nullptr;
    if (redisGetReply(redis, &reply) != REDIS_OK) throw std::runtime_error(std::string("Redis: ") + redis->errstr);
    const auto* answer = static_cast<redisReply*>(reply);
    const std::string error = answer->type == REDIS_REPLY_ERROR ? answer->str : "";
    freeReplyObject(reply);
    if (!error.empty()) throw std::runtime_error("Redis: " + error);
  }
}

}  // namespace

Measured claim_and_commit(const ClaimSettings& settings) {
  const Redis redis(redisConnect(settings.host.c_str(), settings.port));
  if (!redis || redis->err != 0) throw std::runtime_error(std::string("Redis: ") + (redis ? redis->errstr : "out of memory"));
  const Stopwatch watch;
  for (std::uint64_t first = 0; first < settings.count; first += settings.depth) {
    const std::uint64_t end = std::min(first + settings.depth, settings.count);
    for (std::uint64_t i = first; i < end; ++i)
      redisAppendCommand(redis.get(), "SET %s%llu owner NX GET PX 10000", settings.prefix.c_str(), (unsigned long long)i);
    take_replies(redis.get(), end - first);
    for (std::uint64_t i = first; i < end; ++i) redisAppendCommand(redis.get(), "SET %s%llu done PX 10000", settings.prefix.c_str(), (unsigned long long)i);
    take_replies(redis.get(), end - first);
  }
  return measured(settings.count, watch);
}

}  // namespace bench
