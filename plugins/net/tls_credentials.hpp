#pragma once
// TlsCredentials: the authorities, the certificate and the private key of TLS options, read through
// the host.
//
// OpenSSL gets them from memory, because only the host may decide which files an instance opens.
// Reading is done by the constructor, so whoever makes a new one for each connection picks up
// renewed files. An encrypted key is refused: nobody could type its passphrase. Immutable; any
// thread.
#include <openssl/ssl.h>

#include <connector/host.hpp>
#include <string>

namespace connector_host_plugins::net {

// As the options name them. Empty: the system's authorities; no certificate of our own.
struct TlsFiles {
  std::string ca_file, cert_file, key_file;
};

class TlsCredentials {
 public:
  // Throws connector::Error naming the option whose file cannot be read; of more than 1 MiB
  // neither.
  TlsCredentials(const connector::Host& host, TlsFiles files);

  // Throws BAD_CONFIG naming the option whose file OpenSSL refuses.
  void give_to(SSL_CTX* context) const;

  // PEM; empty where there is no file.
  const std::string& authorities() const { return authorities_; }
  const std::string& certificate() const { return certificate_; }
  const std::string& key() const { return key_; }

 private:
  const TlsFiles files_;
  std::string authorities_, certificate_, key_;
};

}  // namespace connector_host_plugins::net
