#pragma once
// PlainStream: a connected socket as it is; TlsStream has the same face. Owned by its connection; the server's thread only.
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

namespace connector_host::http {

class PlainStream {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;  // TCP or a Unix socket

  explicit PlainStream(boost::asio::io_context& io) : socket_(io) {}

  Socket& socket() { return socket_; }
  Socket& bytes() { return socket_; }  // to read from and write to, once it is open
  std::string client_subject() const { return {}; }

  // done(fault), maybe before it returns.
  template <class Done>
  void open(Done done) {
    done(boost::system::error_code());
  }
  // Tells the client that nothing more comes.
  template <class Done>
  void end(Done done) {
    boost::system::error_code fault;
    socket_.shutdown(Socket::shutdown_send, fault);
    done(fault);
  }

 private:
  Socket socket_;
};

}  // namespace connector_host::http
