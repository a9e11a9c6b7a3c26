#include "plugins/rabbitmq/management_api.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <new>

#include "plugins/net/connect_failure.hpp"
#include "plugins/net/name_lookup.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

constexpr std::size_t most_headers = 64 * 1024, most_body = 1024 * 1024;

template <auto function>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    function(object);
  }
};
using Easy = std::unique_ptr<CURL, FreeBy<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, FreeBy<curl_multi_cleanup>>;
using List = std::unique_ptr<curl_slist, FreeBy<curl_slist_free_all>>;

// Appends and says how much it took: less than all of it ends the transfer.
struct Bounded {
  std::string text;
  std::size_t most;

  static std::size_t take(const char* data, std::size_t, std::size_t size, void* self) {
    auto& out = *static_cast<Bounded*>(self);
    if (size > out.most - out.text.size()) return 0;
    out.text.append(data, size);
    return size;
  }
};

bool is_number(const std::string& host) {
  in_addr address;
  return host.starts_with('[') || ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

// host:port:address,address for CURLOPT_RESOLVE: libcurl's own lookup cannot be cancelled without
// waiting for it.
std::string resolved(const ManagementAddress& address, const net::Limit& limit) {
  const net::Addresses found = net::resolve(address.host, address.port, limit);
  std::string out = address.host + ':' + address.port + ':';
  for (const addrinfo* each = found.get(); each; each = each->ai_next) {
    char number[NI_MAXHOST] = "";
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, number, sizeof number, nullptr, 0,
                      NI_NUMERICHOST) != 0)
      continue;
    if (out.back() != ':') out += ',';
    out += each->ai_family == AF_INET6 ? '[' + std::string(number) + ']' : number;
  }
  return out;
}

List addresses_of(const ManagementAddress& address, const net::Limit& limit) {
  if (is_number(address.host)) return {};
  try {
    List out(curl_slist_append(nullptr, resolved(address, limit).c_str()));
    if (!out) throw std::bad_alloc();
    return out;
  } catch (const net::ConnectFailure& failure) {
    throw ManagementFailure(failure.what());
  }
}

template <class Value>
void set(const Easy& easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy.get(), option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK)
    throw ManagementFailure(std::string("libcurl does not support an option: ") +
                            curl_easy_strerror(code));
}

void set_pem(const Easy& easy, CURLoption option, const std::string& pem) {
  if (pem.empty()) return;
  curl_blob blob{const_cast<char*>(pem.data()), pem.size(),
                 CURL_BLOB_COPY};  // libcurl's signature; it copies
  set(easy, option, &blob);
}

void set_tls(const Easy& easy, const connector::Host& host, const TlsSettings& tls) {
  set(easy, CURLOPT_SSLVERSION, long(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  set(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
  const net::TlsCredentials credentials(host, tls.files);
  set_pem(easy, CURLOPT_CAINFO_BLOB, credentials.authorities());
  set_pem(easy, CURLOPT_SSLCERT_BLOB, credentials.certificate());
  set_pem(easy, CURLOPT_SSLKEY_BLOB, credentials.key());
  if (!credentials.key().empty())
    set(easy, CURLOPT_KEYPASSWD, "");  // an encrypted key fails; it would ask for a passphrase
}

void set_limits(const Easy& easy, const net::Limit& limit) {
  const long left = std::max<long>(1, long(limit.deadline.left().count()));
  set(easy, CURLOPT_TIMEOUT_MS, left);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, left);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_NOSIGNAL, 1L);
}

// Runs the transfer until it ends, the time is over or somebody cancels.
CURLcode run(CURL* easy, const net::Limit& limit) {
  const Multi multi(curl_multi_init());
  if (!multi || curl_multi_add_handle(multi.get(), easy) != CURLM_OK) throw std::bad_alloc();
  CURLcode result = CURLE_OPERATION_TIMEDOUT;
  int running = 1;
  while (!limit.cancelled() && !limit.deadline.over()) {
    if (curl_multi_perform(multi.get(), &running) != CURLM_OK || running == 0) break;
    curl_waitfd cancelled{limit.cancellation ? limit.cancellation->descriptor() : -1,
                          CURL_WAIT_POLLIN, 0};
    curl_multi_poll(multi.get(), &cancelled, limit.cancellation ? 1 : 0,
                    limit.deadline.poll_timeout(), nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  curl_multi_remove_handle(multi.get(), easy);
  return result;
}

void check_status(const Easy& easy) {
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return;
  std::string why = "HTTP status " + std::to_string(status);
  if (status == 401) why += ": check user and password";
  if (status == 403)
    why += ": the user needs the tag 'management' and a permission in the virtual host";
  if (status == 404) why += ": no such queue, virtual host or API";
  if (status >= 300 && status < 400) why += ": redirects are not followed";
  throw ManagementFailure(why);
}

}  // namespace

ManagementApi::ManagementApi(connector::Host host, ManagementAddress address, TlsSettings tls)
    : host_(host), address_(std::move(address)), tls_(std::move(tls)) {
  static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (initialized != CURLE_OK) throw connector::retriable("libcurl cannot be initialized");
}

std::string ManagementApi::get(const std::string& path, const net::Limit& limit) const {
  const List addresses = addresses_of(address_, limit);
  Bounded headers{{}, most_headers}, body{{}, most_body};
  const Easy easy(curl_easy_init());  // the last one: it uses the others
  if (!easy) throw std::bad_alloc();
  set(easy, CURLOPT_RESOLVE, addresses.get());
  set(easy, CURLOPT_URL, (address_.describe() + address_.path + "/api" + path).c_str());
  set(easy, CURLOPT_HTTPAUTH, long(CURLAUTH_BASIC));
  set(easy, CURLOPT_USERNAME, address_.user.c_str());
  set(easy, CURLOPT_PASSWORD, address_.password.c_str());
  set_limits(easy, limit);
  if (address_.scheme == "https") set_tls(easy, host_, tls_);
  set(easy, CURLOPT_HEADERFUNCTION, &Bounded::take);
  set(easy, CURLOPT_HEADERDATA, &headers);
  set(easy, CURLOPT_WRITEFUNCTION, &Bounded::take);
  set(easy, CURLOPT_WRITEDATA, &body);
  const CURLcode code = run(easy.get(), limit);
  if (code == CURLE_WRITE_ERROR)
    throw ManagementFailure("the answer is too large: 1 MiB and 64 KiB of headers are allowed");
  if (code != CURLE_OK) throw ManagementFailure(curl_easy_strerror(code));
  check_status(easy);
  return std::move(body.text);
}

}  // namespace connector_host_plugins::rabbitmq
