#pragma once
// TlsStream: TLS over a connected socket, the server's side; PlainStream has the same face. Its operations block nobody and
// end when the socket is closed. Owned by its connection; the server's thread only.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <string>
#include <utility>

#include "host/http/tls_context.hpp"

namespace connector_host::http {

class TlsStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Bytes = boost::asio::ssl::stream<Socket>;

  TlsStream(boost::asio::io_context& io, TlsContext& context) : bytes_(io, context.context()) {}

  Socket& socket() { return bytes_.next_layer(); }
  Bytes& bytes() { return bytes_; }
  // Who the client is by its verified certificate: the subject's common name; without one, the whole subject. Empty: it
  // has shown no certificate.
  std::string client_subject();

  // done(fault) after the handshake, with the client's certificate verified if one was asked for.
  template <class Done>
  void open(Done done) {
    bytes_.async_handshake(Bytes::server, std::move(done));
  }
  // Tells the client that nothing more comes, and hears the same from it: without that, a cut-off answer would look whole.
  template <class Done>
  void end(Done done) {
    bytes_.async_shutdown([this, done = std::move(done)](boost::system::error_code fault) mutable {
      boost::system::error_code ignored;
      socket().shutdown(Socket::shutdown_send, ignored);
      done(fault);
    });
  }

 private:
  Bytes bytes_;
};

}  // namespace connector_host::http
