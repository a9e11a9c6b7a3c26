#pragma once
// Acceptor: takes the connections of one listening socket, and waits a moment when the process has no descriptors left.
//
// The server's thread only; owned by the server. The socket is borrowed and outlives it.
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

namespace connector_host::http {

class Acceptor {
 public:
  struct Events {
    std::function<void(int descriptor)> arrived;             // takes the descriptor
    std::function<void(const std::string& what)> exhausted;  // no connection can be taken now; once until one could be again
    std::function<void()> make_room;                         // to close a connection, for its descriptor
  };

  Acceptor(boost::asio::io_context& io, int listening, Events events);

  void start();
  // Watches the socket no more; it may be closed afterwards.
  void stop();

 private:
  void wait();
  void accept_all();
  void accept_later(int error);

  const int listening_;
  const Events events_;
  boost::asio::posix::stream_descriptor arrivals_;  // watches listening_, does not own it
  boost::asio::steady_timer pause_;
  bool stopped_ = false, exhausted_ = false;
};

}  // namespace connector_host::http
