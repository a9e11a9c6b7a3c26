#include "host/http/credentials.hpp"

#include <openssl/evp.h>

namespace connector_host::http {

std::string bearer_credentials(std::string_view token) {
  return "Bearer " + std::string(token);
}

std::string basic_credentials(std::string_view user, std::string_view password) {
  const std::string both = std::string(user) + ":" + std::string(password);
  std::string encoded((both.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a zero
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), reinterpret_cast<const unsigned char*>(both.data()), int(both.size()));
  encoded.resize(std::size_t(size));
  return "Basic " + encoded;
}

}  // namespace connector_host::http
