#include "host/http/client.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <optional>

namespace connector_host::http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Kind = ClientFailure::Kind;

constexpr std::uint32_t max_header = 64 * 1024;

std::string seconds_of(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

bool is_about_the_answer(error_code fault) {
  const error_code any = wire::make_error_code(wire::error::body_limit);
  return fault.category() == any.category() && fault != wire::error::end_of_stream && fault != wire::error::partial_message;
}

wire::request<wire::string_body> message_of(const ClientRequest& request, const ClientSettings& settings) {
  const auto method = wire::string_to_verb(request.method);
  wire::request<wire::string_body> message{method, settings.url.path + request.target, 11};
  message.set(wire::field::host, settings.url.authority());
  message.set(wire::field::user_agent, settings.user_agent);
  message.set(wire::field::accept, "application/json");
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.keep_alive(false);
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

// One exchange: a name is looked up, a connection made, a request sent and its answer read, and that by one deadline. Each
// step is asynchronous and the loop is run until it is done, because a blocking one could not be ended. What was under
// way when that did not happen is never called: it goes with the loop.
class Exchange {
 public:
  Exchange(const ClientSettings& settings, const std::stop_token& stop) : settings_(settings), stop_(stop) {}

  ClientResponse run(const ClientRequest& request, asio::ssl::context* trust) {
    if (!settings_.local_socket.empty()) {
      asio::local::stream_protocol::socket socket(io_);
      connect(socket);
      return talk(socket, request);
    }
    if (!trust) {
      tcp::socket socket(io_);
      connect(socket);
      return talk(socket, request);
    }
    asio::ssl::stream<tcp::socket> stream(io_, *trust);
    connect(stream.next_layer());
    shake_hands(stream);
    return talk(stream, request);
  }

 private:
  // Start begins an asynchronous operation with the handler it is given.
  template <class Start>
  error_code finish(Start start) {
    std::optional<error_code> outcome;
    start([&outcome](error_code fault, const auto&...) { outcome = fault; });
    io_.restart();
    if (!stop_.stop_requested()) io_.run_until(deadline_);  // a stop after restart() stays
    if (outcome) return *outcome;
    if (stop_.stop_requested()) throw ClientFailure(Kind::cancelled, "cancelled");
    throw ClientFailure(Kind::no_answer, "no answer within " + seconds_of(settings_.timeout));
  }

  void connect(tcp::socket& socket) {
    tcp::resolver resolver(io_);
    tcp::resolver::results_type found;
    const error_code unknown = finish([&](auto done) {
      resolver.async_resolve(settings_.url.host, std::to_string(settings_.url.port), [&found, done](error_code fault, auto results) mutable {
        found = results;
        done(fault);
      });
    });
    if (unknown) throw ClientFailure(Kind::no_answer, "cannot be reached: " + unknown.message());
    const error_code refused = finish([&](auto done) { asio::async_connect(socket, found, done); });
    if (refused) throw ClientFailure(Kind::no_answer, "cannot be reached: " + refused.message());
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
  }

  void connect(asio::local::stream_protocol::socket& socket) {
    const asio::local::stream_protocol::endpoint there(settings_.local_socket);
    const error_code refused = finish([&](auto done) { socket.async_connect(there, done); });
    if (refused) throw ClientFailure(Kind::no_answer, "cannot be reached: " + refused.message());
  }

  void shake_hands(asio::ssl::stream<tcp::socket>& stream) {
    SSL* const ssl = stream.native_handle();
    expect_name(ssl);
    const error_code fault = finish([&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
    if (!fault) return;
    const long doubt = SSL_get_verify_result(ssl);
    const std::string why = doubt == X509_V_OK ? fault.message() : std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(doubt);
    throw ClientFailure(Kind::no_answer, "no TLS connection: " + why);
  }

  // An address is checked as such, and no name is sent for it.
  void expect_name(SSL* ssl) const {
    const char* const host = settings_.url.host.c_str();
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1) return;
    SSL_set1_host(ssl, host);
    SSL_set_tlsext_host_name(ssl, host);
  }

  // A server may refuse before it has read all: then writing fails, and the answer is there all the same.
  template <class Stream>
  ClientResponse talk(Stream& stream, const ClientRequest& request) {
    const auto message = message_of(request, settings_);
    const error_code unsent = finish([&](auto done) { wire::async_write(stream, message, done); });
    boost::beast::flat_buffer buffer;
    wire::response_parser<wire::string_body> answer;
    answer.header_limit(max_header);
    answer.body_limit(settings_.max_body);
    if (const error_code unread = finish([&](auto done) { wire::async_read_header(stream, buffer, answer, done); })) explain(unread, unsent);
    // Beast holds its limit against bodies of unknown length only (1.74) or against all (newer).
    if (const auto length = answer.content_length(); length && *length > settings_.max_body) explain(wire::error::body_limit, unsent);
    if (const error_code unread = finish([&](auto done) { wire::async_read(stream, buffer, answer, done); })) explain(unread, unsent);
    auto& got = answer.get();
    ClientResponse out{int(got.result_int()), {}, std::move(got.body()), {}};
    for (const auto& field : got) out.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    out.content_type = out.header("Content-Type");
    return out;
  }

  [[noreturn]] void explain(error_code unread, error_code unsent) const {
    if (unread == wire::error::body_limit)
      throw ClientFailure(Kind::bad_answer, "its answer is larger than the " + std::to_string(settings_.max_body >> 20) + " MiB that are taken");
    if (is_about_the_answer(unread)) throw ClientFailure(Kind::bad_answer, "its answer is no HTTP (" + unread.message() + "): is the URL right?");
    const error_code cause = unsent ? unsent : unread;
    const std::string why = cause == wire::error::end_of_stream ? "it closed the connection" : cause.message();
    throw ClientFailure(Kind::no_answer, "gone before it had answered: " + why);
  }

  const ClientSettings& settings_;
  const std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::now() + settings_.timeout;
  asio::io_context io_{1};
  const std::stop_token stop_;
  const std::stop_callback<std::function<void()>> on_stop_{stop_, [this] { io_.stop(); }};
};

}  // namespace

// Whom a client trusts, and who it is.
class Client::Trust {
 public:
  explicit Trust(const ClientSettings& settings) {
    SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
    context_.set_verify_mode(asio::ssl::verify_peer);
    if (settings.ca_file.empty())
      context_.set_default_verify_paths();
    else
      use(settings.ca_file, "no file of certificates", [&](error_code& fault) { context_.load_verify_file(settings.ca_file, fault); });
    if (settings.cert_file.empty()) return;
    use(settings.cert_file, "no certificate", [&](error_code& fault) { context_.use_certificate_chain_file(settings.cert_file, fault); });
    use(settings.key_file, "no key of that certificate",
        [&](error_code& fault) { context_.use_private_key_file(settings.key_file, asio::ssl::context::pem, fault); });
  }

  asio::ssl::context& context() { return context_; }

 private:
  template <class Load>
  static void use(const std::string& file, const char* what, Load load) {
    error_code fault;
    load(fault);
    if (fault) throw std::invalid_argument(file + ": " + what + " (" + fault.message() + ")");
  }

  asio::ssl::context context_{asio::ssl::context::tls_client};
};

std::string ClientResponse::header(std::string_view name) const {
  const auto same = [name](std::string_view other) { return boost::beast::iequals({name.data(), name.size()}, {other.data(), other.size()}); };
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& each) { return same(each.first); });
  return found == headers.end() ? "" : found->second;
}

Client::Client(ClientSettings settings) : settings_(std::move(settings)) {
  const bool with_tls = settings_.url.scheme == Scheme::https && settings_.local_socket.empty();
  if (settings_.cert_file.empty() != settings_.key_file.empty()) throw std::invalid_argument("a certificate and its key belong together: give both or neither");
  if (!with_tls && !(settings_.ca_file + settings_.cert_file).empty()) throw std::invalid_argument("certificates are for https only, and the URL says http");
  if (with_tls) trust_ = std::make_unique<Trust>(settings_);
}

Client::~Client() = default;

ClientResponse Client::ask(const ClientRequest& request, const std::stop_token& stop) {
  return Exchange(settings_, stop).run(request, trust_ ? &trust_->context() : nullptr);
}

}  // namespace connector_host::http
