#pragma once
// TlsClient: TLS over a socket of its own, blocking, each read within a deadline of the socket. For
// tests.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "tests/unit/http/certificates.hpp"

namespace connector_host::http {

class TlsClient {
 public:
  // shows: the client's own certificate, or null; version: the highest that it speaks.
  TlsClient(std::uint16_t port, const Certificate& trusted, const Certificate* shows = nullptr,
            int version = TLS1_3_VERSION)
      : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    SSL_CTX_set_max_proto_version(context_.get(), version);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), trusted.certificate());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    if (shows) {
      SSL_CTX_use_certificate(context_.get(), shows->certificate());
      SSL_CTX_use_PrivateKey(context_.get(), shows->key());
    }
    connect_to(port);
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), descriptor_);
    connected_ = SSL_connect(tls_.get()) == 1;
  }
  ~TlsClient() {
    tls_.reset();
    close(descriptor_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // True: the server's certificate is good. With TLS 1.3 the server may still refuse the client's.
  bool connected() const { return connected_; }
  std::string version() const { return SSL_get_version(tls_.get()); }
  bool send(std::string_view bytes) {
    return connected_ &&
           SSL_write(tls_.get(), bytes.data(), int(bytes.size())) == int(bytes.size());
  }
  // All until the server ends the connection; ended_well tells whether it said so in TLS.
  std::string read_all() {
    std::string all;
    char bytes[4096];
    int size;
    while ((size = SSL_read(tls_.get(), bytes, sizeof bytes)) > 0)
      all.append(bytes, std::size_t(size));
    ended_well_ = SSL_get_error(tls_.get(), size) == SSL_ERROR_ZERO_RETURN;
    return all;
  }
  bool ended_well() const { return ended_well_; }
  // Sends and reads to the end of the connection; the status, or 0.
  int ask(std::string_view request, std::string* answer = nullptr) {
    const std::string all = send(request) ? read_all() : "";
    if (answer) *answer = all;
    return all.size() > 12 ? std::atoi(all.c_str() + 9) : 0;
  }

 private:
  void connect_to(std::uint16_t port) {
    descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{10, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  struct FreeSsl {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  int descriptor_ = -1;
  std::unique_ptr<SSL, FreeSsl> tls_;
  bool connected_ = false, ended_well_ = false;
};

}  // namespace connector_host::http
