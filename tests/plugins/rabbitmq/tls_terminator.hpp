#pragma once
// TlsTerminator: speaks TLS to a source and plain TCP to the broker, with certificates of the
// test's own making.
//
// One connection after the other, on its own thread. Certificates: an authority, a broker's
// ("localhost", 127.0.0.1) and a client's, made by openssl(1) in a directory that goes with the
// object.
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

typedef struct ssl_ctx_st SSL_CTX;

namespace rabbitmq_test {

class Certificates {
 public:
  Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  ~Certificates();

  std::string file(const std::string& name) const { return directory_ + '/' + name; }

 private:
  std::string directory_;
};

class TlsTerminator {
 public:
  // client_certificate: refuse who shows none. newest_version: TLS1_1_VERSION and the like, 0 for
  // any.
  TlsTerminator(const Certificates& certificates, std::uint16_t to, bool client_certificate = false,
                int newest_version = 0);
  TlsTerminator(const TlsTerminator&) = delete;
  TlsTerminator& operator=(const TlsTerminator&) = delete;
  ~TlsTerminator();

  std::uint16_t port() const { return port_; }
  // The server's name in the last handshake that succeeded; empty: none was shown.
  std::string asked_for() const {
    std::lock_guard lock(mutex_);
    return asked_for_;
  }

 private:
  void run();
  void serve(int client);
  void note_name(const char* name);

  SSL_CTX* context_;
  std::uint16_t to_, port_ = 0;
  int listener_, stop_;
  mutable std::mutex mutex_;  // guards asked_for_
  std::string asked_for_;
  std::thread thread_;
};

}  // namespace rabbitmq_test
