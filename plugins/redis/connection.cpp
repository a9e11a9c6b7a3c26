#include "plugins/redis/connection.hpp"

#include <poll.h>

#include "plugins/redis/redis_error.hpp"

namespace connector_host_plugins::redis {
namespace {

constexpr std::size_t input_size = 32 * 1024;
// Of one pipeline. Our own answers are small; a key of another application may hold anything.
constexpr std::size_t longest_answer = 16 * 1024 * 1024;
constexpr std::size_t most_entries = 1'000'000;

RedisError protocol(const std::string& why) {
  return {Failure::lost, CONNECTOR_NOT_CONNECTED, "the answers are not those of Redis: " + why};
}

}  // namespace

Connection::Connection(const Address& address, const TlsContext* tls, const net::Limit& limit)
    : socket_(Socket::connect(address, limit)),
      reader_(redisReaderCreateWithFunctions(Replies::functions())),
      input_(new char[input_size]) {
  if (!reader_) throw std::bad_alloc();
  reader_->privdata = &replies_;  // the macro for it does not compile as C++
  if (tls) tls_.emplace(*tls, address.host(), socket_, limit);
}

const Replies& Connection::exchange(std::size_t count, const net::Limit& limit) {
  replies_.clear();
  std::size_t sent = 0, complete = 0;
  while (complete < count) {
    if (sent < commands_.bytes().size()) sent += send_from(sent);
    // Both directions at once: a server that waits for us to read must not wait for ever.
    if (!tls_ || !tls_->has_buffered())
      socket_.wait(short(POLLIN | (sent < commands_.bytes().size() ? POLLOUT : 0)), limit);
    if (receive() > 0) complete += parse(count - complete);
  }
  if (sent < commands_.bytes().size() || reader_->pos < reader_->len)
    throw protocol("there are more than commands were sent");
  return replies_;
}

std::size_t Connection::send_from(std::size_t at) {
  const std::string_view rest = commands_.bytes().substr(at);
  return tls_ ? tls_->send(rest.data(), rest.size()) : socket_.send(rest.data(), rest.size());
}

std::size_t Connection::receive() {
  const std::size_t received =
      tls_ ? tls_->receive(input_.get(), input_size) : socket_.receive(input_.get(), input_size);
  if (received > 0 && redisReaderFeed(reader_.get(), input_.get(), received) != REDIS_OK)
    throw protocol(reader_->errstr);
  return received;
}

std::size_t Connection::parse(std::size_t wanted) {
  std::size_t complete = 0;
  for (void* reply = this; complete < wanted; ++complete) {
    if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK)
      throw protocol(std::string(reader_->errstr) +
                     "; does this port speak TLS? then set tls: true");
    if (!reply) break;
  }
  if (replies_.bytes() + reader_->len - reader_->pos > longest_answer ||
      replies_.size() > most_entries) {
    throw RedisError(Failure::foreign_value, CONNECTOR_BAD_CONFIG,
                     "the answers are longer than 16 MiB: keys of ours hold the values of another "
                     "application; use another key_template");
  }
  return complete;
}

}  // namespace connector_host_plugins::redis
