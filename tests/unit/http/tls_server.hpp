#pragma once
// TlsServer: answers each connection with the same bytes, over TLS, on a thread of its own. For tests of a client.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <thread>

#include "tests/unit/http/test_certificates.hpp"

namespace connector_host::http {

class TlsServer {
 public:
  enum class Clients { any, with_certificate };

  TlsServer(const TestCertificates& certificates, const std::string& name, Clients clients = Clients::any) : context_(boost::asio::ssl::context::tls_server) {
    context_.use_certificate_chain_file(certificates.file(name + ".pem"));
    context_.use_private_key_file(certificates.file(name + ".key"), boost::asio::ssl::context::pem);
    if (clients == Clients::with_certificate) {
      context_.load_verify_file(certificates.file("ca.pem"));
      context_.set_verify_mode(boost::asio::ssl::verify_peer | boost::asio::ssl::verify_fail_if_no_peer_cert);
    }
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    stopping_ = true;
    boost::system::error_code ignored;
    tcp::socket(io_).connect(acceptor_.local_endpoint(), ignored);  // wakes the accept
    thread_.join();
  }
  std::string url(const std::string& host) const { return "https://" + host + ":" + std::to_string(acceptor_.local_endpoint().port()); }

 private:
  using tcp = boost::asio::ip::tcp;

  void serve() {
    for (;;) {
      boost::asio::ssl::stream<tcp::socket> stream(io_, context_);
      acceptor_.accept(stream.next_layer());
      if (stopping_) return;
      answer(stream);
    }
  }
  void answer(boost::asio::ssl::stream<tcp::socket>& stream) {
    boost::system::error_code fault;
    char request[4096];
    stream.handshake(boost::asio::ssl::stream_base::server, fault);
    if (!fault) stream.read_some(boost::asio::buffer(request), fault);
    const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    if (!fault) boost::asio::write(stream, boost::asio::buffer(bytes), fault);
    stream.shutdown(fault);
  }

  boost::asio::io_context io_;
  boost::asio::ssl::context context_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace connector_host::http
