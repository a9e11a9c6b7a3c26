#include "host/admin/ui_page.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include "embedded/ui_cards_script.hpp"
#include "embedded/ui_html.hpp"
#include "embedded/ui_page_script.hpp"
#include "embedded/ui_style.hpp"

namespace connector_host::admin {
namespace {

// As a source of a Content-Security-Policy: what stands between the tags, byte for byte.
std::string hash_of(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) throw std::runtime_error("OpenSSL refuses to make a SHA-256");
  std::array<unsigned char, 45> base64{};  // 4 letters for each 3 bytes, and a zero
  EVP_EncodeBlock(base64.data(), digest.data(), int(digest.size()));
  return "'sha256-" + std::string(reinterpret_cast<const char*>(base64.data())) + "'";
}

void put_after(std::string& page, std::string_view tag, std::string_view text) {
  page.insert(page.find(tag) + tag.size(), text);
}

}  // namespace

UiPage::UiPage() : response_{200, "text/html; charset=utf-8", std::string(embedded::ui_html), {}} {
  const std::string script = std::string(embedded::ui_page_script) + "\n" + std::string(embedded::ui_cards_script);
  put_after(response_.body, "<style>", embedded::ui_style);
  put_after(response_.body, "<script>", script);
  response_.headers = {{"Content-Security-Policy", "default-src 'none'; script-src " + hash_of(script) + "; style-src " + hash_of(embedded::ui_style) +
                                                       "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                                                       "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"},
                       {"X-Frame-Options", "DENY"},
                       {"Referrer-Policy", "no-referrer"}};
}

}  // namespace connector_host::admin
