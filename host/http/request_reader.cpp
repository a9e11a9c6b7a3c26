#include "host/http/request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <iterator>
#include <string_view>
#include <utility>

#include "host/http/target.hpp"

namespace connector_host::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using beast::http::field;

constexpr std::size_t method_and_version = 64;  // bytes of a request line beside its target
// "0\r\n\r\n": a chunked body has at least as much to come until it ends. Beast's parser must not see less: it asserts that
// a last chunk which came in pieces has five bytes.
constexpr std::size_t chunked_end = 5;

std::string text(beast::string_view view) {
  return {view.data(), view.size()};
}
bool same(beast::string_view a, std::string_view b) {
  return beast::iequals(a, beast::string_view(b.data(), b.size()));
}

Response target_too_long(const ServerSettings& limits) {
  return error_response(414, "the request's target is longer than " + std::to_string(limits.max_target) + " bytes");
}
Response header_too_large(const ServerSettings& limits) {
  return error_response(
      431, "the request's headers are more than " + std::to_string(limits.max_header) + " bytes or " + std::to_string(limits.max_header_fields) + " lines");
}

Response answer_to(const beast::error_code& fault, const ServerSettings& limits) {
  if (fault == error::body_limit) return error_response(413, "the request's body is larger than " + std::to_string(limits.max_body) + " bytes");
  if (fault == error::header_limit) return header_too_large(limits);
  return error_response(400, "this is not a valid HTTP/1.1 request: " + fault.message());
}

}  // namespace

struct RequestReader::Parser {
  explicit Parser(const ServerSettings& limits) {
    parser.header_limit(std::uint32_t(limits.max_header));
    parser.body_limit(limits.max_body);
  }
  // Puts bytes into the parser and takes off what it took. "Needs more" is no error.
  beast::error_code put(std::string& bytes) {
    beast::error_code fault;
    const std::size_t taken = parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), fault);
    bytes.erase(0, taken);
    if (fault == error::need_more) fault = {};
    return fault;
  }
  const auto& message() const { return parser.get(); }

  beast::http::request_parser<beast::http::string_body> parser;
};

RequestReader::RequestReader(const ServerSettings& limits) : limits_(limits), parser_(std::make_unique<Parser>(limits)) {}
RequestReader::~RequestReader() = default;

ReadState RequestReader::feed(std::string& bytes) {
  if (refusal_) return ReadState::refused;
  if (!parser_->parser.is_header_done()) {
    const ReadState header = feed_header(bytes);
    if (header != ReadState::complete) return header;
  }
  return feed_body(bytes);
}

ReadState RequestReader::feed_header(std::string& bytes) {
  if (bytes.empty()) return ReadState::more;
  const std::size_t before = bytes.size();
  const beast::error_code fault = parser_->put(bytes);
  header_bytes_ += before - bytes.size();
  if (fault) return refuse(answer_to(fault, limits_));
  const bool done = parser_->parser.is_header_done();
  const ReadState size = judge_header_size(done ? std::string_view() : bytes);
  if (size == ReadState::refused || !done) return size;
  return accept_header();
}

// Beast's own limit is for each of its steps, not for the request line and the headers together; and a request line that
// came in pieces is not parsed before the headers are whole.
ReadState RequestReader::judge_header_size(std::string_view unread) {
  const bool in_request_line = header_bytes_ == 0 && unread.find('\n') == unread.npos;
  if (in_request_line ? unread.size() > limits_.max_target + method_and_version : parser_->message().target().size() > limits_.max_target)
    return refuse(target_too_long(limits_));
  if (header_bytes_ + unread.size() > limits_.max_header) return refuse(header_too_large(limits_));
  return ReadState::more;
}

ReadState RequestReader::accept_header() {
  if (auto fault = header_fault()) return refuse(*std::move(fault));
  const auto& message = parser_->message();
  auto target = parse_target({message.target().data(), message.target().size()});
  if (!target) return refuse(error_response(400, "the request's target is not a path, or has an escape in it that is not allowed"));
  const bool head = message.method() == beast::http::verb::head;
  received_.request.method = head ? "GET" : text(message.method_string());
  received_.request.path = std::move(target->path);
  received_.request.segments = std::move(target->segments);
  received_.request.query = std::move(target->query);
  for (const auto& header : message) received_.request.headers.emplace_back(text(header.name_string()), text(header.value()));
  received_.after = message.keep_alive() ? After::keep_alive : After::close;
  received_.body = head ? Body::left_out : Body::sent;
  continue_wanted_ = message.version() >= 11 && message.count(field::expect) > 0;
  parser_->parser.eager(true);
  return ReadState::complete;
}

std::optional<Response> RequestReader::header_fault() const {
  const auto& message = parser_->message();
  if (std::size_t(std::distance(message.begin(), message.end())) > limits_.max_header_fields) return header_too_large(limits_);
  // RFC 9112, 3.2: a server must refuse these.
  const std::size_t hosts = message.count(field::host);
  if (hosts > 1 || (hosts == 0 && message.version() >= 11)) return error_response(400, "the request needs one Host header");
  if (message.count(field::transfer_encoding) > 0) {
    if (message.version() < 11) return error_response(400, "HTTP/1.0 has no Transfer-Encoding");
    // Anything else would leave open where the body ends.
    if (!same(message[field::transfer_encoding], "chunked")) return error_response(501, "of transfer codings only 'chunked' is known here");
  }
  if (message.count(field::expect) > 0 && !same(message[field::expect], "100-continue"))
    return error_response(417, "of expectations only '100-continue' is known here");
  return std::nullopt;
}

ReadState RequestReader::feed_body(std::string& bytes) {
  auto& parser = parser_->parser;
  if (!parser.is_done() && bytes.size() >= (parser.chunked() ? chunked_end : 1)) {
    if (const beast::error_code fault = parser_->put(bytes)) return refuse(answer_to(fault, limits_));
  }
  if (parser.is_done()) return ReadState::complete;
  // What the parser leaves is the line before a chunk, or trailers: as little of it as of headers.
  if (bytes.size() > limits_.max_header) return refuse(error_response(400, "the line before a chunk of the body, or what follows the last, is too long"));
  return ReadState::more;
}

bool RequestReader::take_continue() {
  return std::exchange(continue_wanted_, false);
}

RequestReader::Received RequestReader::take() {
  received_.request.body = std::move(parser_->parser.get().body());
  parser_ = std::make_unique<Parser>(limits_);
  header_bytes_ = 0;
  continue_wanted_ = false;
  return std::exchange(received_, {});
}

Response RequestReader::refusal() const {
  return refusal_.value_or(error_response(400, "this is not a valid HTTP/1.1 request"));
}

ReadState RequestReader::refuse(Response response) {
  refusal_ = std::move(response);
  return ReadState::refused;
}

}  // namespace connector_host::http
