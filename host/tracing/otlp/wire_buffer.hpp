#pragma once
// WireBuffer: messages of protobuf in its wire format (https://protobuf.dev/programming-guides/encoding/), written one behind the
// other into memory that is kept. Numbers are encoded by protobuf itself; what this adds is to have no object for each message,
// which would cost more than everything else about a span (docs/performance.md).
//
// Which field has which number is the caller's to know, and so is how long a message inside another is, which is said before
// what is in it. One thread.
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace connector_host::tracing {

class WireBuffer {
 public:
  void clear() { used_ = 0; }
  std::string_view text() const { return {reinterpret_cast<const char*>(memory_.data()), used_}; }
  // There is room for so many more bytes. Everything below needs it; a build without NDEBUG looks.
  void reserve(std::size_t bytes);

  // A string, bytes, or a message that is written already.
  void bytes(std::uint32_t field, std::string_view content);
  // A message whose fields, of that size together, come next.
  void message(std::uint32_t field, std::size_t size);
  // An enum, int64 and the like.
  void number(std::uint32_t field, std::uint64_t value);
  void fixed64(std::uint32_t field, std::uint64_t value);
  void fixed32(std::uint32_t field, std::uint32_t value);
  // Fields that are written already.
  void append(std::string_view fields);

  // What such a field takes.
  static std::size_t size_of_bytes(std::uint32_t field, std::size_t size);
  static std::size_t size_of_number(std::uint32_t field, std::uint64_t value);
  static std::size_t size_of_fixed64(std::uint32_t field);
  static std::size_t size_of_fixed32(std::uint32_t field);

 private:
  std::uint8_t* end() { return memory_.data() + used_; }
  void wrote_to(const std::uint8_t* end) {
    used_ = std::size_t(end - memory_.data());
    assert(used_ <= memory_.size());
  }

  std::vector<std::uint8_t> memory_;
  std::size_t used_ = 0;
};

}  // namespace connector_host::tracing
