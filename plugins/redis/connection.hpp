#pragma once
// Connection: one connection to Redis, on which pipelines are exchanged.
//
// It is thrown away after any failure, whatever it was: replies of a pipeline that timed out would
// be read as answers to the next one, and so an id could be taken for done that is not. There is no
// reconnect. Used by one thread at a time; owned by the pool, or by the call that has it.
#include <hiredis/read.h>

#include <memory>
#include <optional>

#include "plugins/redis/command_buffer.hpp"
#include "plugins/redis/replies.hpp"
#include "plugins/redis/server_facts.hpp"
#include "plugins/redis/socket.hpp"
#include "plugins/redis/tls_session.hpp"

namespace connector_host_plugins::redis {

class Connection {
 public:
  // Connects, but says nothing yet: see Handshake. tls may be null.
  Connection(const Address&, const TlsContext* tls, const net::Limit&);

  CommandBuffer& commands() { return commands_; }
  // Sends commands() and returns when exactly count replies are there. Throws RedisError.
  const Replies& exchange(std::size_t count, const net::Limit&);
  // False when it was closed, or when something arrived that nobody asked for: then it must not be
  // used.
  bool quiet() const { return socket_.quiet(); }

  ServerFacts facts;  // what Handshake found

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  std::size_t send_from(std::size_t at);
  std::size_t receive();
  std::size_t parse(std::size_t wanted);

  Socket socket_;
  std::optional<TlsSession> tls_;
  std::unique_ptr<redisReader, FreeReader> reader_;
  CommandBuffer commands_;
  Replies replies_;
  std::unique_ptr<char[]> input_;
};

}  // namespace connector_host_plugins::redis
