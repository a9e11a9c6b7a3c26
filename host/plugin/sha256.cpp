#include "host/plugin/sha256.hpp"

#include <openssl/evp.h>

#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

void must(int answer) {
  if (answer != 1) throw PluginError("cannot be identified: the system's OpenSSL gives no SHA-256");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  must(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1 ? 1 : 0);
}

void Sha256::add(const char* data, std::size_t size) {
  must(EVP_DigestUpdate(context_.get(), data, size));
}

std::string Sha256::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  must(EVP_DigestFinal_ex(context_.get(), digest, &size));
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 15];
  }
  return out;
}

}  // namespace connector_host::plugin
