#pragma once
// ValueDecoder: gives the rules of a connector the value of a record without its content encoding
// and, with `decode`, the sink as well: then the entry owns the decoded value, and the header that
// named the encoding is removed.
//
// A record without such a header costs a look at its headers' names, and no allocation. The intake
// thread's own.
#include <cstdint>
#include <string>
#include <string_view>

#include "host/pipeline/content_decoder.hpp"
#include "host/pipeline/entry.hpp"

namespace connector_host::pipeline {

struct DecodeSettings {
  bool for_sink = false;           // decode: true
  std::uint64_t limit = 16 << 20;  // decode_limit: bytes of one decoded value
};

class ValueDecoder {
 public:
  explicit ValueDecoder(const DecodeSettings& settings) : settings_(settings), decoder_(settings.limit) {}

  void read(Entry& entry);

  // Of the latest record. The value as rules read it; valid until the next read and as long as the
  // entry.
  std::string_view text() const { return text_; }
  // Its encoding is supported, and the value could not be decoded.
  bool has_failed() const { return failed_; }
  // Why text() may be unreadable; empty: nothing is known.
  const std::string& why() const { return why_; }

 private:
  void decode(Entry& entry, const ContentEncoding& encoding);
  void give_to(Entry& entry);

  const DecodeSettings settings_;
  ContentDecoder decoder_;
  std::string_view text_;
  std::string why_;
  bool failed_ = false;
};

}  // namespace connector_host::pipeline
