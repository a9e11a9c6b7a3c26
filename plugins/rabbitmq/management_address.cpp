#include "plugins/rabbitmq/management_address.hpp"

#include <curl/curl.h>

#include <memory>
#include <new>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

[[noreturn]] void refuse(const char* what) {
  throw connector::bad_config(std::string("option 'management_url' ") + what);
}

// Empty when the URL has no such part.
std::string part_of(const Url& url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  const CURLUcode code = curl_url_get(url.get(), part, &text, flags);
  if (code == CURLUE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code == CURLUE_URLDECODE) refuse("has a control character in its user name or password");
  const std::string out = code == CURLUE_OK ? text : "";
  curl_free(text);
  return out;
}

}  // namespace

ManagementAddress parse_management_url(const std::string& text, const std::string& user,
                                       const std::string& password) {
  const Url url(curl_url());
  if (!url) throw std::bad_alloc();
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    refuse("is not a URL: write http://host:15672 or https://host:15671");
  }
  ManagementAddress out;
  out.scheme = part_of(url, CURLUPART_SCHEME);
  if (out.scheme != "http" && out.scheme != "https") refuse("must begin with http:// or https://");
  if (!part_of(url, CURLUPART_QUERY).empty() || !part_of(url, CURLUPART_FRAGMENT).empty()) {
    refuse("has a '?' or '#': percent-encode these characters in a user name or password");
  }
  out.host = part_of(url, CURLUPART_HOST);
  if (out.host.empty()) refuse("names no host");
  out.port = part_of(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  out.path = part_of(url, CURLUPART_PATH);
  while (out.path.ends_with('/')) out.path.pop_back();
  const std::string own_user = part_of(url, CURLUPART_USER, CURLU_URLDECODE);
  out.user = own_user.empty() ? user : own_user;
  out.password = own_user.empty() ? password : part_of(url, CURLUPART_PASSWORD, CURLU_URLDECODE);
  return out;
}

}  // namespace connector_host_plugins::rabbitmq
