#pragma once
// RequestRoom: how much may be produced before a flush, so that every partition gets one request
// and no second.
//
// librdkafka cuts what it has for a partition at batch.num.messages, batch.size and
// message.max.bytes, and sends up to five requests of it at once; a broker takes the second
// although it refused the first, where it knows nothing of the producer yet. Which partition a
// record goes to is librdkafka's business, so all are counted as if they went to one. A value; no
// I/O.
#include <algorithm>
#include <cstddef>

namespace connector_host_plugins::kafka {

struct RequestLimits {
  std::size_t messages = 1;
  std::size_t bytes = 0;  // of messages, without the request's own fields
};

class RequestRoom {
 public:
  explicit RequestRoom(const RequestLimits& limits) : limits_(limits) {}

  // One message always has room: librdkafka sends it alone, whatever its size. topic_bytes: the
  // limit of the message's topic.
  bool has(std::size_t bytes, std::size_t topic_bytes) const {
    return empty() || (!closed_ && messages_ < limits_.messages &&
                       bytes_ + bytes <= std::min(limits_.bytes, topic_bytes));
  }
  bool empty() const { return messages_ == 0; }
  void take(std::size_t bytes) {
    ++messages_;
    bytes_ += bytes;
  }
  // What was taken is not to be followed by more.
  void close() { closed_ = true; }
  void clear() { *this = RequestRoom(limits_); }

 private:
  RequestLimits limits_;
  bool closed_ = false;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace connector_host_plugins::kafka
