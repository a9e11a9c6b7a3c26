#pragma once
// ContentDecoder: decompresses a value that is gzip (several members, too), deflate (zlib or raw)
// or zstd (several frames).
//
// Memory is bounded by `limit` for each of two buffers and the library's fixed state, whatever the
// bytes claim: output goes straight into a buffer, and no window of a size that the data chooses is
// allocated. Buffers and state are kept for the next value; a buffer over kept_bytes is freed by
// release_large(). Not thread-safe.
//
// Errors: a text that says what is wrong, and names decode_limit where that is the cause. Never
// throws for bad data.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/pipeline/content_encoding.hpp"

namespace connector_host::pipeline {

class ContentDecoder {
 public:
  static constexpr std::size_t kept_bytes = 1u << 20;

  // limit: bytes of a decoded value, and of each step on the way to it.
  explicit ContentDecoder(std::uint64_t limit);
  ~ContentDecoder();

  // The decoded value, valid until the next call of decode or release_large. Nothing: `why` says
  // what is wrong. codings: in the order in which they were applied. An empty value is its own
  // decoded form.
  std::optional<std::string_view> decode(std::string_view value, std::span<const ContentCoding> codings, std::string& why);
  void release_large();

 private:
  struct Contexts;
  struct Output;

  bool undo(ContentCoding coding, std::string_view value, Output& out, std::string& why);
  bool inflate_all(std::string_view value, int window_bits, Output& out, std::string& detail);
  int inflate_some(std::string_view& value, Output& out);
  bool unzstd(std::string_view value, Output& out, std::string& detail);

  const std::uint64_t limit_;
  std::unique_ptr<Contexts> contexts_;
  std::array<std::string, 2> buffers_;  // in turn, one for each step
};

}  // namespace connector_host::pipeline
