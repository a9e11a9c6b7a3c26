#include "host/http/connection.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <string>
#include <utility>

#include "host/http/plain_stream.hpp"
#include "host/http/request_reader.hpp"
#include "host/http/response_text.hpp"
#include "host/http/tls_stream.hpp"

namespace connector_host::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// A socket that is closed with unread bytes in it is reset, and the client may lose the answer; so the rest is read for
// a moment first.
constexpr std::chrono::seconds ending_limit{1};
constexpr std::size_t most_discarded = 256 * 1024;
constexpr char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

// Stream: PlainStream or TlsStream.
template <class Stream>
class AsioConnection final : public Connection, public std::enable_shared_from_this<AsioConnection<Stream>> {
 public:
  template <class... Context>
  AsioConnection(int descriptor, Responder& responder, const ServerSettings& settings, std::function<void(const Connection&)> ended, asio::io_context& io,
                 Context&... context)
      : stream_(io, context...),
        timer_(io),
        responder_(responder),
        settings_(settings),
        ended_(std::move(ended)),
        reader_(settings),
        peer_(Peer::of(descriptor)) {
    stream_.socket().assign(asio::ip::tcp::v4(), descriptor);  // Asio looks at the protocol on Windows only
    error_code ignored;
    stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  }

  void start() override {
    enter(Phase::reading, settings_.request_deadline);
    stream_.open([self = this->shared_from_this()](error_code fault) {
      if (!self->closed_) self->have_opened(fault);
    });
  }
  void finish() override {
    finishing_ = true;
    if (phase_ != Phase::writing) close();
  }
  void close() override {
    if (std::exchange(closed_, true)) return;
    error_code ignored;
    timer_.cancel();
    stream_.socket().close(ignored);
    ended_(*this);
  }
  Phase phase() const override { return phase_; }
  std::chrono::steady_clock::time_point since() const override { return since_; }

 private:
  void enter(Phase phase, std::chrono::milliseconds limit);
  void watch_deadline();
  void expired();
  void have_opened(error_code fault);
  void read();
  void have_read(error_code fault, std::size_t size);
  void advance();
  void tell_to_go_on();
  void answer();
  void send(const Response& response, After after, Body body);
  void have_sent(error_code fault);
  void end();
  void discard();

  Stream stream_;
  asio::steady_timer timer_;
  Responder& responder_;
  const ServerSettings& settings_;
  const std::function<void(const Connection&)> ended_;
  RequestReader reader_;
  const Peer peer_;
  std::string client_subject_;
  Phase phase_ = Phase::reading;
  std::chrono::steady_clock::time_point since_;
  Responder::Clock::time_point deadline_;
  std::uint64_t watch_ = 0;  // a timer that was replaced may have fired already
  std::array<char, 4096> chunk_;
  std::string input_, output_;
  std::size_t discarded_ = 0;
  After after_ = After::close;
  bool asked_ = false;      // a byte of the request is here
  bool timed_out_ = false;  // of reading: the operation under way ends, then the client is told
  bool finishing_ = false, closed_ = false;
};

template <class Stream>
void AsioConnection<Stream>::enter(Phase phase, std::chrono::milliseconds limit) {
  phase_ = phase;
  since_ = std::chrono::steady_clock::now();
  deadline_ = responder_.now() + limit;
  watch_deadline();
}

template <class Stream>
void AsioConnection<Stream>::watch_deadline() {
  timer_.expires_after(deadline_ - responder_.now());
  timer_.async_wait([self = this->shared_from_this(), watch = ++watch_](error_code fault) {
    if (!fault && !self->closed_ && watch == self->watch_) self->expired();
  });
}

template <class Stream>
void AsioConnection<Stream>::expired() {
  if (responder_.now() < deadline_) return watch_deadline();  // a handler worked meanwhile
  if (phase_ != Phase::reading || !asked_) return close();
  timed_out_ = true;
  error_code ignored;
  stream_.socket().cancel(ignored);
}

template <class Stream>
void AsioConnection<Stream>::have_opened(error_code fault) {
  if (fault) return end();
  client_subject_ = stream_.client_subject();
  read();
}

template <class Stream>
void AsioConnection<Stream>::read() {
  stream_.bytes().async_read_some(asio::buffer(chunk_), [self = this->shared_from_this()](error_code fault, std::size_t size) {
    if (!self->closed_) self->have_read(fault, size);
  });
}

template <class Stream>
void AsioConnection<Stream>::have_read(error_code fault, std::size_t size) {
  if (timed_out_) return send(error_response(408, "the request did not arrive in time"), After::close, Body::sent);
  if (fault) return close();
  input_.append(chunk_.data(), size);
  advance();
}

template <class Stream>
void AsioConnection<Stream>::advance() {
  if (phase_ == Phase::idle) enter(Phase::reading, settings_.request_deadline);
  asked_ = true;
  switch (reader_.feed(input_)) {
    case ReadState::more:
      return reader_.take_continue() ? tell_to_go_on() : read();
    case ReadState::complete:
      return answer();
    case ReadState::refused:
      return send(reader_.refusal(), After::close, Body::sent);
  }
}

template <class Stream>
void AsioConnection<Stream>::tell_to_go_on() {
  asio::async_write(stream_.bytes(), asio::buffer(go_on, sizeof go_on - 1), [self = this->shared_from_this()](error_code fault, std::size_t) {
    if (self->closed_) return;
    fault ? self->have_read(fault, 0) : self->read();
  });
}

template <class Stream>
void AsioConnection<Stream>::answer() {
  RequestReader::Received received = reader_.take();
  received.request.peer = peer_;
  received.request.client_subject = client_subject_;
  asked_ = false;
  send(responder_.answer(received.request), received.after, received.body);
}

template <class Stream>
void AsioConnection<Stream>::send(const Response& response, After after, Body body) {
  after_ = finishing_ ? After::close : after;
  auto bytes = response_text(response, after_, body, std::time(nullptr));
  if (!bytes) {
    responder_.report("an answer has a status or a header that cannot be sent");
    bytes = response_text(error_response(500, "the server failed to answer; its log says why"), after_, body, std::time(nullptr));
  }
  output_ = *std::move(bytes);
  enter(Phase::writing, settings_.response_deadline);
  asio::async_write(stream_.bytes(), asio::buffer(output_), [self = this->shared_from_this()](error_code fault, std::size_t) {
    if (!self->closed_) self->have_sent(fault);
  });
}

template <class Stream>
void AsioConnection<Stream>::have_sent(error_code fault) {
  output_ = {};  // also gives its memory back: /metrics can be large
  if (fault) return close();
  if (after_ == After::close || finishing_) return end();
  enter(Phase::idle, settings_.idle_limit);
  input_.empty() ? read() : advance();
}

template <class Stream>
void AsioConnection<Stream>::end() {
  enter(Phase::ending, ending_limit);
  stream_.end([self = this->shared_from_this()](error_code) {
    if (!self->closed_) self->finishing_ ? self->close() : self->discard();
  });
}

template <class Stream>
void AsioConnection<Stream>::discard() {  // of the socket itself: nobody reads what it means
  stream_.socket().async_read_some(asio::buffer(chunk_), [self = this->shared_from_this()](error_code fault, std::size_t size) {
    if (self->closed_) return;
    self->discarded_ += size;
    fault || self->discarded_ > most_discarded ? self->close() : self->discard();
  });
}

}  // namespace

std::shared_ptr<Connection> make_connection(asio::io_context& io, int descriptor, TlsContext* tls, Responder& responder, const ServerSettings& settings,
                                            std::function<void(const Connection&)> ended) {
  if (tls) return std::make_shared<AsioConnection<TlsStream>>(descriptor, responder, settings, std::move(ended), io, *tls);
  return std::make_shared<AsioConnection<PlainStream>>(descriptor, responder, settings, std::move(ended), io);
}

}  // namespace connector_host::http
