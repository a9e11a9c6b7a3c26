// Encoded values: what the rules read, what the sink gets, and why a record is rejected.
#include "host/pipeline/value_decoder.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include "connector/view.hpp"
#include "host/pipeline/identifier.hpp"
#include "tests/unit/pipeline/compressed.hpp"

namespace connector_host::pipeline {
namespace {

class ValueDecoderTest : public testing::Test {
 protected:
  // An entry of this value and these headers, identified.
  Entry& identified(const std::string& as_sent, std::string_view encoding,
                    DecodeSettings settings = {}) {
    value = as_sent;
    headers[0].value = connector::view(encoding);
    entry = {};
    entry.record.value = entry.arrived = connector::view(value);
    entry.record.headers = headers;
    entry.record.header_count = std::size(headers);
    Identifier(
        id, key, Ordering::source, "", [](std::string_view text) { return std::string(text); },
        counters, settings)
        .identify(entry);
    return entry;
  }
  std::string reason_of(const std::string& as_sent, std::string_view encoding,
                        DecodeSettings settings = {}) {
    const Entry& found = identified(as_sent, encoding, settings);
    EXPECT_EQ(found.stage == Stage::rejected, !found.reason.empty());
    return found.reason;
  }

  static constexpr DecodeSettings for_sink{.for_sink = true};
  const std::string json = R"({"event_id":"e1","customer":"c1"})";
  connector_header headers[2] = {
      {connector::view("content-encoding"), connector::view(""), CONNECTOR_TEXT, 0},
      {connector::view("trace"), connector::view("t"), CONNECTOR_TEXT, 0}};
  std::string value;  // of the entry, as its source has it
  std::optional<FieldRule> id = FieldRule{FieldRule::From::json, "/event_id"};
  KeyRuleSettings key;
  IntakeCounters counters;
  Entry entry;
};

TEST_F(ValueDecoderTest, Rules_read_the_decoded_value_and_the_record_keeps_its_own) {
  key.parts = {{FieldRule::From::json, "/customer"}};
  const Entry& found = identified(compressed::gzip(json), "gzip");
  EXPECT_EQ(found.id, "e1");
  EXPECT_EQ(connector::text(found.record.key), "c1");
  EXPECT_EQ(found.record.value.data, value.data());
  EXPECT_EQ(found.record.header_count, 2u);
  EXPECT_FALSE(found.decoded);
}

TEST_F(ValueDecoderTest, The_reason_names_an_encoding_that_is_not_supported) {
  EXPECT_EQ(reason_of("\x0b\x02\x80", "br"),
            "the value is encoded as br, which is not supported: not JSON");
  EXPECT_EQ(reason_of(json, "utf-8"), "") << "JSON is read whatever the header says";
  EXPECT_EQ(entry.id, "e1");
}

TEST_F(ValueDecoderTest, The_reason_names_a_damaged_value_and_the_limit) {
  EXPECT_EQ(reason_of(compressed::gzip(json).substr(0, 20), "gzip"),
            "the value is not valid gzip: it is cut short");
  EXPECT_STREQ(entry.failed_at, "IDENTIFY");
  EXPECT_EQ(reason_of(compressed::gzip(std::string(3000, ' ') + json), "gzip", {.limit = 2000}),
            "the value has more than 2000 bytes when its gzip is decoded (raise decode_limit)");
  EXPECT_EQ(reason_of(json, "gzip"), "") << "a header that is wrong about JSON rejects nothing";
}

TEST_F(ValueDecoderTest, Compressed_bytes_without_a_header_are_recognised) {
  EXPECT_TRUE(reason_of(compressed::gzip(json), "")
                  .ends_with("(it begins like gzip, and no header names that encoding)"))
      << entry.reason;
  EXPECT_TRUE(reason_of(compressed::zstd(json), "")
                  .ends_with("(it begins like zstd, and no header names that encoding)"))
      << entry.reason;
}

TEST_F(ValueDecoderTest, With_decode_the_record_has_the_decoded_value_and_no_encoding_header) {
  const Entry& found = identified(compressed::zstd(json), "zstd", for_sink);
  EXPECT_EQ(found.id, "e1");
  EXPECT_EQ(connector::text(found.record.value), json);
  EXPECT_EQ(connector::text(found.arrived), json) << "what redeliveries are compared with";
  ASSERT_EQ(found.record.header_count, 1u);
  EXPECT_EQ(connector::text(found.record.headers[0].name), "trace");
  EXPECT_EQ(found.decoded->bytes(), json.size() + sizeof(connector_header));
}

TEST_F(ValueDecoderTest,
       With_decode_a_value_that_cannot_be_decoded_is_rejected_without_a_rule_that_reads_it) {
  id.reset();
  EXPECT_EQ(reason_of("no gzip", "gzip", for_sink),
            "the value is not valid gzip: incorrect header check");
  EXPECT_STREQ(entry.failed_at, "VALUE_CONVERTER");
  EXPECT_EQ(connector::text(entry.record.value), "no gzip") << "for the dead letter";
  EXPECT_EQ(entry.record.header_count, 2u);
  EXPECT_EQ(counters[IntakeCount::undecodable].value(), 1u);
  EXPECT_EQ(counters[IntakeCount::unidentified].value(), 0u);
  EXPECT_EQ(reason_of("no gzip", "gzip"), "") << "without decode nobody reads it";
}

TEST_F(ValueDecoderTest, With_decode_what_is_not_encoded_or_not_supported_passes_unchanged) {
  id.reset();
  for (const char* encoding : {"", "identity", "br", "utf-8"}) {
    EXPECT_EQ(reason_of("bytes", encoding, for_sink), "") << encoding;
    EXPECT_FALSE(entry.decoded) << encoding;
    EXPECT_EQ(entry.record.header_count, 2u);
  }
  EXPECT_EQ(reason_of("", "gzip", for_sink), "");
  EXPECT_FALSE(connector::is_null(entry.record.value)) << "empty, which is not null";
  EXPECT_EQ(entry.record.header_count, 1u);
}

TEST_F(ValueDecoderTest, The_memory_of_a_large_value_is_released_with_the_next_record) {
  const auto in_use = [] {
    const struct mallinfo2 now = mallinfo2();
    return now.uordblks + now.hblkhd;
  };
  const std::string bomb =
      compressed::gzip(R"({"event_id":"e1","filling":")" + std::string(15'000'000, 'f') + R"("})");
  Identifier identifier(
      id, key, Ordering::source, "", [](std::string_view text) { return std::string(text); },
      counters);
  const auto identify = [&](const std::string& as_sent, std::string_view encoding) {
    headers[0].value = connector::view(encoding);
    Entry each;
    each.record.value = connector::view(as_sent);
    each.record.headers = headers;
    each.record.header_count = 1;
    EXPECT_TRUE(identifier.identify(each)) << each.reason;
  };
  identify(json, "");
  const std::size_t before = in_use();
  identify(bomb, "gzip");
  EXPECT_GE(in_use(), before);
  identify(json, "");
  EXPECT_LT(in_use(), before + (4u << 20));
}

}  // namespace
}  // namespace connector_host::pipeline
