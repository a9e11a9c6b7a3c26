#pragma once
// Sha256: the SHA-256 of bytes that come in pieces. OpenSSL does the work; this is its only place in the folder.
//
// One thread; not copied. finish ends it.
#include <cstddef>
#include <memory>
#include <string>

struct evp_md_ctx_st;

namespace connector_host::plugin {

class Sha256 {
 public:
  // Throws PluginError when the library refuses (no memory, or a policy without SHA-256).
  Sha256();
  void add(const char* data, std::size_t size);
  std::string finish();  // lower-case hexadecimal

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace connector_host::plugin
