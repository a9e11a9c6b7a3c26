#include "host/admin/secret_digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <stdexcept>

namespace connector_host::admin {

SecretDigest SecretDigest::of(std::string_view secret) {
  SecretDigest out;
  if (EVP_Digest(secret.data(), secret.size(), out.bytes_.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL refuses to make a SHA-256");
  return out;
}

bool SecretDigest::same_as(const SecretDigest& other) const {
  return CRYPTO_memcmp(bytes_.data(), other.bytes_.data(), bytes_.size()) == 0;
}

}  // namespace connector_host::admin
