#include "plugins/redis/replies.hpp"

namespace connector_host_plugins::redis {
namespace {

ReplyKind kind_of_text(int type) {
  if (type == REDIS_REPLY_STATUS) return ReplyKind::status;
  return type == REDIS_REPLY_ERROR ? ReplyKind::error : ReplyKind::string;
}

}  // namespace

// Members are set by name, with parameters deduced: 0.14 counts an array's elements in int, 1.x in
// size_t.
redisReplyObjectFunctions* Replies::functions() {
  static redisReplyObjectFunctions table = [] {
    redisReplyObjectFunctions made{};
    made.createString = [](const redisReadTask* task, char* text, std::size_t size) {
      return of(task).add(kind_of_text(task->type), {text, size}, 0);
    };
    made.createArray = [](const redisReadTask* task, auto count) {
      return of(task).add(ReplyKind::array, {}, static_cast<long long>(count));
    };
    made.createInteger = [](const redisReadTask* task, long long value) {
      return of(task).add(ReplyKind::integer, {}, value);
    };
    made.createNil = [](const redisReadTask* task) { return of(task).add(ReplyKind::nil, {}, 0); };
    made.freeObject = [](void*) {};
    return made;
  }();
  return &table;
}

void Replies::clear() {
  entries_.clear();
  text_.clear();
}

Reply Replies::operator[](std::size_t index) const {
  const Entry& entry = entries_[index];
  return {entry.kind, std::string_view(text_).substr(entry.at, entry.length), entry.integer};
}

// The reader only wants a pointer that is not null: null would mean "out of memory".
void* Replies::add(ReplyKind kind, std::string_view text, long long integer) {
  entries_.push_back({kind, text_.size(), text.size(), integer});
  text_.append(text);
  return this;
}

}  // namespace connector_host_plugins::redis
