#pragma once
// ContentEncoding: how the value of a record is encoded, by its headers: amqp.content_encoding
// (RabbitMQ's property), or else content-encoding in any case (Kafka, HTTP).
//
// Only reads headers; ContentDecoder decodes. Looks into the record, so it lives no longer. Never
// throws. Any thread.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "connector/abi.h"

namespace connector_host::pipeline {

enum class ContentCoding : std::uint8_t { gzip, deflate, zstd };

class ContentEncoding {
 public:
  static constexpr std::size_t most_codings = 4;  // of one value

  static ContentEncoding of(const connector_record& record);
  // True for a header that names an encoding of the value.
  static bool is_named_by(const connector_header& header);
  static const char* name_of(ContentCoding coding);
  // The coding by which such bytes begin; empty: none that is known.
  static std::string_view resembled_by(std::string_view value);

  // False: one of the codings is unknown, or there are too many.
  bool is_supported() const { return supported_; }
  // In the order in which they were applied. Empty: the value is as it is.
  std::span<const ContentCoding> codings() const { return {codings_.data(), count_}; }
  // The header's text for a message: short, and without control characters.
  std::string shown() const;

 private:
  void add(std::string_view name);

  std::string_view text_;
  std::array<ContentCoding, most_codings> codings_{};
  std::size_t count_ = 0;
  bool supported_ = true;
};

}  // namespace connector_host::pipeline
