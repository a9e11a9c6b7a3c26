// A connection to Redis whose commands go out together and whose replies are read together. Throws
// std::runtime_error. Threads: one.
#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

class RedisPipeline {
 public:
  RedisPipeline(const std::string& host, int port);

  // SET key owner NX GET PX: whose it is.
  void claim(std::string_view key);
  // SET key done PX.
  void commit(std::string_view key);
  // One for each command since the last call: true where the key was free, which a claim needs.
  const std::vector<bool>& replies();

 private:
  struct Close {
    void operator()(redisContext* connection) const { redisFree(connection); }
  };
  void append(std::initializer_list<std::string_view> words);

  const std::unique_ptr<redisContext, Close> connection_;
  std::size_t sent_ = 0;
  std::vector<bool> was_free_;
};

}  // namespace bench
