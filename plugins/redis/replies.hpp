#pragma once
// Replies: the answers to one pipeline, flat and in order, in memory that is used again.
//
// hiredis' reader fills it through reply functions of ours: its own allocate every reply, which
// costs more than half of what a claim costs. An array stands as its own entry, followed by its
// elements. What has a type of RESP3 is missing, so the number of entries tells. Used by one thread
// at a time; owned by a Connection.
#include <hiredis/read.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace connector_host_plugins::redis {

enum class ReplyKind : std::uint8_t { string, status, error, integer, nil, array };

struct Reply {
  ReplyKind kind;
  std::string_view text;  // of string, status and error; valid until the next pipeline
  long long integer;      // of integer; of array: how many elements
};

class Replies {
 public:
  static redisReplyObjectFunctions* functions();

  void clear();
  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return text_.size(); }
  Reply operator[](std::size_t index) const;

 private:
  struct Entry {
    ReplyKind kind;
    std::size_t at, length;
    long long integer;
  };
  static Replies& of(const redisReadTask* task) { return *static_cast<Replies*>(task->privdata); }
  void* add(ReplyKind kind, std::string_view text, long long integer);

  std::vector<Entry> entries_;
  std::string text_;
};

}  // namespace connector_host_plugins::redis
