#pragma once
// TlsSettings: the certificate a Server shows, and whether it asks clients for theirs. Plain data.
#include <string>

namespace connector_host::http {

// required: who has no certificate is not answered. optional: a handler decides; a certificate that does not verify ends
// the handshake all the same.
enum class ClientCertificate { required, optional };

struct TlsSettings {
  std::string certificate_file;  // PEM: the server's certificate, then those between it and the root
  std::string key_file;          // PEM, not encrypted
  std::string client_ca_file;    // PEM: who signs clients' certificates; empty: clients are not asked for one
  ClientCertificate client_certificate = ClientCertificate::required;
};

}  // namespace connector_host::http
