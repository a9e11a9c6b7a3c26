#include "host/http/response_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace connector_host::http {
namespace {

std::string text_of(const Response& response, Body body = Body::sent) {
  return response_text(response, After::keep_alive, body, 784111777).value_or("nothing");
}

TEST(ResponseText, It_says_what_a_client_needs) {
  const std::string text =
      text_of({201, "application/json", "{}", {{"Location", "/connectors/a"}}});
  EXPECT_EQ(text.rfind("HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 0), 0u)
      << text;
  for (const char* line : {"Location: /connectors/a\r\n", "Content-Length: 2\r\n",
                           "Content-Type: application/json\r\n", "Connection: keep-alive\r\n",
                           "X-Content-Type-Options: nosniff\r\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line;
  EXPECT_TRUE(text.ends_with("\r\n\r\n{}"));
}

TEST(ResponseText, A_body_that_is_left_out_is_still_measured) {
  const std::string text = text_of({200, "text/plain", "hello", {}}, Body::left_out);
  EXPECT_NE(text.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(ResponseText, No_content_has_neither_body_nor_length) {
  const std::string text = text_of({204, "application/json", "stray", {}});
  EXPECT_EQ(text.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(ResponseText, A_header_cannot_carry_another) {
  EXPECT_FALSE(response_text({200, "text/plain", "", {{"Location", "/a\r\nSet-Cookie: b"}}},
                             After::close, Body::sent, 0));
  EXPECT_FALSE(
      response_text({200, "text/plain", "", {{"Loca tion", "/a"}}}, After::close, Body::sent, 0));
  EXPECT_FALSE(response_text({200, "text/plain\nX: y", "", {}}, After::close, Body::sent, 0));
  EXPECT_FALSE(response_text({0, "text/plain", "", {}}, After::close, Body::sent, 0));
}

TEST(ErrorResponse, It_is_valid_JSON_for_any_bytes) {
  const Response response = error_response(404, "no connector \"a\"\n\xff here");
  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(json["error_code"], 404);
  EXPECT_EQ(json["message"], "no connector \"a\"\n\xef\xbf\xbd here");
}

}  // namespace
}  // namespace connector_host::http
