#include "host/pipeline/content_encoding.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

using enum ContentCoding;
using Codings = std::vector<ContentCoding>;

connector_header header(std::string_view name, std::string_view value,
                        std::uint32_t type = CONNECTOR_TEXT) {
  return {connector::view(name), connector::view(value), type, 0};
}

ContentEncoding of(const std::vector<connector_header>& headers) {
  connector_record record{};
  record.headers = headers.data();
  record.header_count = headers.size();
  return ContentEncoding::of(record);
}

Codings codings_of(std::string_view value, std::string_view name = "content-encoding") {
  const ContentEncoding found = of({header("other", "gzip"), header(name, value)});
  EXPECT_TRUE(found.is_supported()) << value;
  return {found.codings().begin(), found.codings().end()};
}

TEST(ContentEncoding, Is_read_from_RabbitMQs_property_and_from_the_header_in_any_case) {
  for (const char* name :
       {"content-encoding", "Content-Encoding", "CONTENT-ENCODING", "amqp.content_encoding"})
    EXPECT_EQ(codings_of("gzip", name), Codings{gzip}) << name;
  for (const char* name : {"content-encodinG2", "content_encoding", "amqp.content-encoding", ""})
    EXPECT_EQ(codings_of("gzip", name), Codings{}) << name;
  EXPECT_TRUE(of({header("content-encoding", "7", CONNECTOR_INT64)}).codings().empty());
}

TEST(ContentEncoding, Takes_names_in_any_case_and_lists_in_their_order) {
  EXPECT_EQ(codings_of("x-GZip"), Codings{gzip});
  EXPECT_EQ(codings_of("deflate, gzip"), (Codings{deflate, gzip}));
  EXPECT_EQ(codings_of(" Zstd ,identity,, gzip\t"), (Codings{zstd, gzip}));
  EXPECT_EQ(codings_of("identity"), Codings{});
  EXPECT_EQ(codings_of(""), Codings{});
}

TEST(ContentEncoding, RabbitMQs_property_goes_before_a_header_of_the_publisher) {
  const ContentEncoding found =
      of({header("content-encoding", "br"), header("amqp.content_encoding", "zstd")});
  EXPECT_TRUE(found.is_supported());
  EXPECT_EQ(found.shown(), "zstd");
}

TEST(ContentEncoding, Unknown_names_and_long_lists_are_not_supported) {
  for (const char* value : {"br", "gzip, br", "utf-8", "gzip,gzip,gzip,gzip,gzip", "gzip;q=1"})
    EXPECT_FALSE(of({header("content-encoding", value)}).is_supported()) << value;
}

TEST(ContentEncoding, Is_shown_short_and_without_control_characters) {
  EXPECT_EQ(of({header("content-encoding", "b\nr\xc3")}).shown(), "b?r?");
  EXPECT_EQ(of({header("content-encoding", std::string(100, 'b'))}).shown(),
            std::string(64, 'b') + "...");
}

}  // namespace
}  // namespace connector_host::pipeline
