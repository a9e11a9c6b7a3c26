#pragma once
// SecretDigest: a secret as its SHA-256, so that two are compared in the same time whatever they have in common, and
// whatever their lengths. Not for storing passwords. Plain data.
#include <array>
#include <string_view>

namespace connector_host::admin {

class SecretDigest {
 public:
  // Throws std::runtime_error when OpenSSL has no SHA-256.
  static SecretDigest of(std::string_view secret);
  bool same_as(const SecretDigest& other) const;

 private:
  std::array<unsigned char, 32> bytes_{};
};

}  // namespace connector_host::admin
