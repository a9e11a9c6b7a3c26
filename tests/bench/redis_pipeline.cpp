#include "tests/bench/redis_pipeline.hpp"

#include <array>
#include <stdexcept>

namespace bench {

RedisPipeline::RedisPipeline(const std::string& host, int port)
    : connection_(redisConnect(host.c_str(), port)) {
  if (!connection_ || connection_->err != 0)
    throw std::runtime_error(std::string("Redis: ") +
                             (connection_ ? connection_->errstr : "out of memory"));
}

void RedisPipeline::claim(std::string_view key) {
  append({"SET", key, "owner", "NX", "GET", "PX", "10000"});
}

void RedisPipeline::commit(std::string_view key) {
  append({"SET", key, "done", "PX", "86400000"});
}

void RedisPipeline::append(std::initializer_list<std::string_view> words) {
  std::array<const char*, 8> texts{};
  std::array<std::size_t, 8> sizes{};
  std::size_t count = 0;
  for (const std::string_view word : words) {
    texts[count] = word.data();
    sizes[count++] = word.size();
  }
  redisAppendCommandArgv(connection_.get(), int(count), texts.data(), sizes.data());
  ++sent_;
}

const std::vector<bool>& RedisPipeline::replies() {
  was_free_.clear();
  for (; sent_ > 0; --sent_) {
    void* reply = nullptr;
    if (redisGetReply(connection_.get(), &reply) != REDIS_OK)
      throw std::runtime_error(std::string("Redis: ") + connection_->errstr);
    auto* answer = static_cast<redisReply*>(reply);
    const std::string error = answer->type == REDIS_REPLY_ERROR ? answer->str : "";
    was_free_.push_back(answer->type == REDIS_REPLY_NIL);
    freeReplyObject(answer);
    if (!error.empty()) throw std::runtime_error("Redis: " + error);
  }
  return was_free_;
}

}  // namespace bench
