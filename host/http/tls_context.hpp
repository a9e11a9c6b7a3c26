#pragma once
// TlsContext: what all TLS connections of a server share: its certificate, its key, and whom it trusts.
//
// TLS 1.2 and 1.3, forward-secret ciphers, no renegotiation and no resumption: a connection of a client whose certificate
// was checked with files that have since been replaced cannot be taken up again. Immutable once made; connections made
// from it outlive it. The certificate's dates are the clients' to judge.
#include <boost/asio/ssl/context.hpp>

#include "host/http/tls_settings.hpp"

namespace connector_host::http {

class TlsContext {
 public:
  // Reads the files. Throws std::runtime_error, one line with the file, what is wrong with it and what to do.
  explicit TlsContext(const TlsSettings& settings);

  boost::asio::ssl::context& context() { return context_; }

 private:
  void set_protocol();
  void use_certificate(const TlsSettings& settings);
  void use_key(const TlsSettings& settings);
  void ask_for_client_certificates(const TlsSettings& settings);

  boost::asio::ssl::context context_;
};

}  // namespace connector_host::http
