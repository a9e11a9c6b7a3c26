#include "host/pipeline/content_decoder.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <vector>

#include "tests/unit/pipeline/compressed.hpp"

namespace connector_host::pipeline {
namespace {

using enum ContentCoding;

constexpr std::uint64_t limit = 1'000'000;

class ContentDecoderTest : public testing::Test {
 protected:
  std::string decoded(const std::string& value, std::vector<ContentCoding> codings) {
    why.clear();
    const auto out = decoder.decode(value, codings, why);
    EXPECT_EQ(out.has_value(), why.empty());
    return out ? std::string(*out) : "(none)";
  }
  // That which does not compress well, so that the output is met in several steps.
  static std::string noise(std::size_t size) {
    std::string out;
    for (std::uint32_t state = 1; out.size() < size; out += char(state >> 24))
      state = state * 1664525 + 1013904223;
    return out;
  }

  ContentDecoder decoder{limit};
  std::string why;
  const std::string json = R"({"event_id":"e1","text":"some words and some words again"})";
};

TEST_F(ContentDecoderTest, Decodes_gzip_deflate_and_zstd) {
  for (const std::string& text : {json, noise(300'000), noise(300'000) + std::string(500'000, 'x'),
                                  std::string(limit, 'x'), std::string()}) {
    EXPECT_EQ(decoded(compressed::gzip(text), {gzip}), text);
    EXPECT_EQ(decoded(compressed::zlib(text), {deflate}), text);
    EXPECT_EQ(decoded(compressed::raw_deflate(text), {deflate}), text);
    EXPECT_EQ(decoded(compressed::zstd(text), {zstd}), text);
    EXPECT_EQ(decoded(compressed::zstd_stream(text), {zstd}), text);
  }
}

TEST_F(ContentDecoderTest, Undoes_several_encodings_from_the_last_to_the_first) {
  EXPECT_EQ(decoded(compressed::gzip(compressed::zlib(json)), {deflate, gzip}), json);
  EXPECT_EQ(
      decoded(compressed::zstd(compressed::gzip(compressed::zlib(json))), {deflate, gzip, zstd}),
      json);
  EXPECT_EQ(decoded(compressed::gzip(compressed::zlib(json)), {gzip, deflate}), "(none)");
}

TEST_F(ContentDecoderTest, Joins_the_members_of_gzip_and_the_frames_of_zstd) {
  EXPECT_EQ(decoded(compressed::gzip(json) + compressed::gzip("") + compressed::gzip(" "), {gzip}),
            json + " ");
  EXPECT_EQ(decoded(compressed::zstd(json) + compressed::zstd_stream(noise(200'000)), {zstd}),
            json + noise(200'000));
  EXPECT_EQ(decoded(compressed::gzip(json) + "garbage", {gzip}), "(none)");
  EXPECT_EQ(decoded(compressed::zlib(json) + "garbage", {deflate}), "(none)");
  EXPECT_EQ(why, "the value is not valid deflate: 7 bytes follow its end");
}

TEST_F(ContentDecoderTest, An_empty_value_stays_empty) {
  for (const ContentCoding each : {gzip, deflate, zstd}) EXPECT_EQ(decoded("", {each}), "");
}

TEST_F(ContentDecoderTest, Names_the_encoding_of_a_truncated_value) {
  for (const std::size_t size : {1u, 5u, 20u, 50u}) {
    EXPECT_EQ(decoded(compressed::gzip(json).substr(0, size), {gzip}), "(none)");
    EXPECT_EQ(why, "the value is not valid gzip: it is cut short");
    EXPECT_EQ(decoded(compressed::zlib(json).substr(0, size), {deflate}), "(none)") << size;
    EXPECT_EQ(decoded(compressed::zstd(json).substr(0, size), {zstd}), "(none)");
    EXPECT_TRUE(why.starts_with("the value is not valid zstd: ")) << why;
  }
}

TEST_F(ContentDecoderTest, Refuses_corrupt_values_and_decodes_the_next_one) {
  std::string value = compressed::gzip(json);
  value[value.size() - 6] ^= 1;  // of the checksum
  EXPECT_EQ(decoded(value, {gzip}), "(none)");
  EXPECT_EQ(why, "the value is not valid gzip: incorrect data check");
  EXPECT_EQ(decoded(json, {gzip}), "(none)");
  EXPECT_EQ(why, "the value is not valid gzip: incorrect header check");
  value = compressed::zstd(json);
  value[value.size() - 1] ^= 1;
  EXPECT_EQ(decoded(value, {zstd}), "(none)");
  EXPECT_EQ(decoded(json, {zstd}), "(none)");
  EXPECT_EQ(decoded(json, {deflate}), "(none)");
  EXPECT_EQ(decoded(compressed::gzip(json), {gzip}), json);
  EXPECT_EQ(decoded(compressed::zstd(json), {zstd}), json);
}

TEST_F(ContentDecoderTest, Refuses_what_is_larger_than_the_limit_and_names_the_key) {
  const std::string bomb(50'000'000, '\0');
  const std::string expected =
      "the value has more than 1000000 bytes when its gzip is decoded (raise decode_limit)";
  EXPECT_EQ(decoded(compressed::gzip(bomb), {gzip}), "(none)");
  EXPECT_EQ(why, expected);
  EXPECT_EQ(decoded(compressed::gzip(std::string(limit + 1, 'x')), {gzip}), "(none)");
  EXPECT_EQ(why, expected);
  for (const std::string& each : {compressed::zstd(bomb), compressed::zstd_stream(bomb),
                                  compressed::zstd(std::string(limit + 1, 'x')),
                                  compressed::zstd("a") + compressed::zstd(bomb)}) {
    EXPECT_EQ(decoded(each, {zstd}), "(none)");
    EXPECT_EQ(
        why, "the value has more than 1000000 bytes when its zstd is decoded (raise decode_limit)");
  }
  EXPECT_EQ(decoded(compressed::gzip(compressed::gzip(bomb)), {gzip, gzip}), "(none)");
  EXPECT_EQ(why, expected);
  EXPECT_EQ(decoded(compressed::gzip(compressed::zlib(std::string(limit, 'x'))), {deflate, gzip}),
            std::string(limit, 'x'));
}

TEST_F(ContentDecoderTest, Releases_the_memory_of_a_large_value) {
  const auto in_use = [] {
    const struct mallinfo2 now = mallinfo2();
    return now.uordblks + now.hblkhd;
  };
  ContentDecoder large(64u << 20);
  const std::string bomb = compressed::zstd_stream(std::string(60'000'000, '\0')),
                    small = compressed::gzip(json);
  ASSERT_TRUE(large.decode(small, std::vector{gzip}, why));
  const std::size_t before = in_use();
  ASSERT_TRUE(large.decode(bomb, std::vector{zstd}, why));
  large.release_large();
  EXPECT_LT(in_use(), before + 2 * ContentDecoder::kept_bytes);
}

}  // namespace
}  // namespace connector_host::pipeline
