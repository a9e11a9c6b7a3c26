#pragma once
// Certificates for tests, made when they are asked for: no key is kept in the repository.
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace connector_host::http {

class Certificate {
 public:
  // Signed by itself; may sign others.
  static Certificate authority(const std::string& name);
  // For a server and a client alike; an empty name: its subject is empty. addresses: what a client
  // may know it by, such as "IP:127.0.0.1,DNS:localhost".
  Certificate issue(const std::string& name, const std::string& addresses = {}) const;

  std::string certificate_pem() const;
  std::string key_pem() const;
  std::string encrypted_key_pem(const std::string& password) const;
  X509* certificate() const { return certificate_.get(); }
  EVP_PKEY* key() const { return key_.get(); }

 private:
  Certificate(const std::string& name, const std::string& addresses, const Certificate* issuer);

  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
};

}  // namespace connector_host::http
