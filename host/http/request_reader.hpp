#pragma once
// RequestReader: bytes to requests, within limits. It knows no socket and no clock; Beast's parser does the parsing.
//
// Limits hold while bytes arrive, so nothing larger is ever kept: the target (414), request line and headers together
// and their number (431), the body, also one in chunks (413). What is not HTTP/1.0 or 1.1, or could be read in two ways
// (two lengths, two hosts, an unknown transfer coding), is refused. One thread; owned by its connection.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/http/response_text.hpp"
#include "host/http/server_settings.hpp"

namespace connector_host::http {

enum class ReadState { more, complete, refused };

class RequestReader {
 public:
  explicit RequestReader(const ServerSettings& limits);  // which outlive it
  ~RequestReader();

  // Takes what it can off the front of bytes. complete: take() it; what is left in bytes belongs to the next request.
  // refused: answer with refusal() and close.
  ReadState feed(std::string& bytes);
  // True once per request: the client waits for "100 Continue" before it sends the body.
  bool take_continue();

  struct Received {
    Request request;
    After after = After::close;
    Body body = Body::sent;
  };
  Received take();
  Response refusal() const;

 private:
  struct Parser;

  ReadState feed_header(std::string& bytes);
  ReadState feed_body(std::string& bytes);
  ReadState judge_header_size(std::string_view unread);
  ReadState accept_header();
  std::optional<Response> header_fault() const;
  ReadState refuse(Response response);

  const ServerSettings& limits_;
  std::unique_ptr<Parser> parser_;  // of the request under way
  std::size_t header_bytes_ = 0;
  bool continue_wanted_ = false;
  Received received_;
  std::optional<Response> refusal_;
};

}  // namespace connector_host::http
