#include "host/http/request_reader.hpp"

#include <gtest/gtest.h>

#include <random>

namespace connector_host::http {
namespace {

const ServerSettings limits;

// Feeds all bytes in pieces of a size; returns how it ended: 200 for a whole request, 0 for "more".
int status_of(const std::string& bytes, std::size_t piece = 4096) {
  RequestReader reader(limits);
  std::string input;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    input += bytes.substr(at, piece);
    const ReadState state = reader.feed(input);
    if (state == ReadState::complete) return 200;
    if (state == ReadState::refused) return reader.refusal().status;
  }
  return 0;
}

std::string get(const std::string& headers, const std::string& target = "/") {
  return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}
std::string chunk(std::size_t size) {
  char head[32];
  std::snprintf(head, sizeof head, "%zx\r\n", size);
  return head + std::string(size, 'c') + "\r\n";
}

TEST(RequestReader, A_request_is_read_whole) {
  RequestReader reader(limits);
  std::string input =
      "PUT /a%20b?c=d HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
      "4\r\n\r\nbody";
  ASSERT_EQ(reader.feed(input), ReadState::complete);
  const auto received = reader.take();
  EXPECT_EQ(received.request.method, "PUT");
  EXPECT_EQ(received.request.path, "/a b");
  EXPECT_EQ(received.request.segments, std::vector<std::string>{"a b"});
  EXPECT_EQ(received.request.parameter("c"), "d");
  EXPECT_FALSE(received.request.parameter("b"));
  EXPECT_EQ(received.request.header("content-type"), "application/json");
  EXPECT_FALSE(received.request.header("content"));
  EXPECT_EQ(received.request.body, "body");
  EXPECT_EQ(received.after, After::keep_alive);
}

TEST(RequestReader, Pieces_of_any_size_make_the_same_request) {
  const std::string bytes =
      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n "
      "world\r\n0\r\nAuthorization: late\r\n\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    RequestReader reader(limits);
    std::string input;
    ReadState state = ReadState::more;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_EQ(state, ReadState::more) << piece;
      input += bytes.substr(at, piece);
      state = reader.feed(input);
    }
    ASSERT_EQ(state, ReadState::complete) << piece;
    const auto received = reader.take();
    EXPECT_EQ(received.request.body, "hello world") << piece;
    EXPECT_FALSE(received.request.header("authorization"))
        << "a trailer must not look like a header";
    EXPECT_TRUE(input.empty()) << piece;
  }
}

TEST(RequestReader, Requests_sent_together_come_out_one_by_one) {
  RequestReader reader(limits);
  std::string input =
      get("", "/1") + "HEAD /2 HTTP/1.0\r\n\r\n" + get("Connection: close\r\n", "/3");
  ASSERT_EQ(reader.feed(input), ReadState::complete);
  EXPECT_EQ(reader.take().request.path, "/1");
  ASSERT_EQ(reader.feed(input), ReadState::complete);
  const auto second = reader.take();
  EXPECT_EQ(second.request.method, "GET");
  EXPECT_EQ(second.body, Body::left_out);
  EXPECT_EQ(second.after, After::close);
  ASSERT_EQ(reader.feed(input), ReadState::complete);
  EXPECT_EQ(reader.take().after, After::close);
}

TEST(RequestReader, Every_limit_holds_to_the_byte) {
  EXPECT_EQ(status_of(get("", "/" + std::string(limits.max_target - 1, 'a'))), 200);
  EXPECT_EQ(status_of(get("", "/" + std::string(limits.max_target, 'a'))), 414);
  const std::size_t frame = get("A: \r\n").size();
  EXPECT_EQ(status_of(get("A: " + std::string(limits.max_header - frame, 'a') + "\r\n")), 200);
  EXPECT_EQ(status_of(get("A: " + std::string(limits.max_header - frame + 1, 'a') + "\r\n")), 431);
  std::string lines;
  for (std::size_t i = 1; i < limits.max_header_fields; ++i) lines += "A: b\r\n";
  EXPECT_EQ(status_of(get(lines)), 200);
  EXPECT_EQ(status_of(get(lines + "A: b\r\n")), 431);
  EXPECT_EQ(status_of(get("Content-Length: 65536\r\n") + std::string(65536, 'b')), 200);
  EXPECT_EQ(status_of(get("Content-Length: 65537\r\n")), 413);
  EXPECT_EQ(
      status_of(get("Transfer-Encoding: chunked\r\n") + chunk(65535) + chunk(1) + "0\r\n\r\n"),
      200);
  EXPECT_EQ(status_of(get("Transfer-Encoding: chunked\r\n") + chunk(65535) + chunk(2)), 413);
  EXPECT_EQ(status_of(get("Transfer-Encoding: chunked\r\n") + "ffffffffffffffff\r\n"), 413);
}

TEST(RequestReader, What_never_ends_is_refused_on_the_way) {
  for (const std::size_t piece : {1, 7, 4096}) {
    EXPECT_EQ(status_of("GET /" + std::string(20'000, 'a'), piece), 414) << piece;
    EXPECT_EQ(status_of(std::string(20'000, 'A'), piece), 414) << piece;
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(20'000, 'a'), piece), 431)
        << piece;
    EXPECT_EQ(
        status_of(get("Transfer-Encoding: chunked\r\n") + "1;" + std::string(20'000, 'x'), piece),
        400)
        << piece;
    EXPECT_EQ(
        status_of(get("Transfer-Encoding: chunked\r\n") + "0\r\nA: " + std::string(20'000, 'x'),
                  piece),
        400)
        << piece;
  }
}

TEST(RequestReader, What_could_be_read_in_two_ways_is_refused) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400) << "no host";
  EXPECT_EQ(status_of(get("Host: other\r\n")), 400) << "two hosts";
  EXPECT_EQ(status_of(get("Content-Length: 1\r\nContent-Length: 2\r\n") + "ab"), 400);
  EXPECT_EQ(status_of(get("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
            400);
  EXPECT_EQ(status_of(get("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n") + "0\r\n\r\n"),
            400);
  EXPECT_EQ(status_of(get("Content-Length: -1\r\n")), 400);
  EXPECT_EQ(status_of(get("Content-Length: 99999999999999999999\r\n")), 400);
  EXPECT_EQ(status_of(get("Transfer-Encoding: gzip\r\n")), 501);
  EXPECT_EQ(status_of(get("Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(get("A : b\r\n")), 400);
  EXPECT_EQ(status_of(get("Expect: a miracle\r\n")), 417);
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /a%00 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of("hello\r\n\r\n"), 400);
  EXPECT_EQ(status_of("\x16\x03\x01\x02"), 400) << "a TLS client";
}

TEST(RequestReader, A_client_that_waits_is_told_to_go_on_once) {
  RequestReader reader(limits);
  std::string input = get("Expect: 100-continue\r\nContent-Length: 2\r\n");
  EXPECT_EQ(reader.feed(input), ReadState::more);
  EXPECT_TRUE(reader.take_continue());
  EXPECT_FALSE(reader.take_continue());
  input = "ab";
  EXPECT_EQ(reader.feed(input), ReadState::complete);
  EXPECT_EQ(reader.take().request.body, "ab");
}

TEST(RequestReader, Spoiled_requests_of_any_kind_end_it_in_an_orderly_way) {
  const std::string good[] = {
      get("Content-Length: 3\r\n", "/a?b=c") + "abc",
      get("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\nA: b\r\n\r\n",
      get("Expect: 100-continue\r\nConnection: keep-alive, close\r\n", "http://h/%41")};
  std::mt19937 random(20240611);
  for (int round = 0; round < 30'000; ++round) {
    std::string bytes = good[random() % 3];
    for (unsigned i = random() % 8; i > 0; --i) {
      const std::size_t at = random() % bytes.size();
      const std::string_view pool = "\r\n 0:;,%\xff";
      switch (random() % 3) {
        case 0:
          bytes[at] = char(random());
          break;
        case 1:
          bytes.insert(at, 1, pool[random() % pool.size()]);
          break;
        default:
          bytes.erase(at, random() % 4);
          break;
      }
      if (bytes.empty()) bytes = "G";
    }
    RequestReader reader(limits);
    std::string input;
    for (std::size_t at = 0, piece = 1 + random() % 64; at < bytes.size(); at += piece) {
      input += bytes.substr(at, piece);
      const ReadState state = reader.feed(input);
      ASSERT_LE(input.size(), bytes.size());
      if (state == ReadState::complete) reader.take();
      if (state == ReadState::refused) {
        ASSERT_GE(reader.refusal().status, 400);
        break;
      }
    }
  }
}

}  // namespace
}  // namespace connector_host::http
