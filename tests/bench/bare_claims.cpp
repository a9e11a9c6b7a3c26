#include <algorithm>

#include "tests/bench/bare_clients.hpp"
#include "tests/bench/redis_pipeline.hpp"

namespace bench {

Measured claim_and_commit(const ClaimSettings& settings) {
  RedisPipeline redis(settings.host, settings.port);
  const auto key = [&](std::uint64_t i) { return settings.prefix + std::to_string(i); };
  const Stopwatch watch;
  for (std::uint64_t first = 0; first < settings.count; first += settings.depth) {
    const std::uint64_t end = std::min(first + settings.depth, settings.count);
    for (std::uint64_t i = first; i < end; ++i) redis.claim(key(i));
    redis.replies();
    for (std::uint64_t i = first; i < end; ++i) redis.commit(key(i));
    redis.replies();
  }
  return measured(settings.count, watch);
}

}  // namespace bench
