#pragma once
// ListenSocket: a bound, listening TCP socket, non-blocking and closed on exec. Owns the descriptor. Not thread-safe.
#include <cstdint>
#include <string>

namespace connector_host::http {

class ListenSocket {
 public:
  // Throws ListenError.
  ListenSocket(const std::string& host, std::uint16_t port);
  ~ListenSocket();
  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;

  int descriptor() const { return descriptor_; }
  std::uint16_t port() const { return port_; }  // the one that was taken
  void close();

 private:
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace connector_host::http
