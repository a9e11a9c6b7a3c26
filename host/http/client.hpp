#pragma once
// Client: asks one HTTP/1.1 server, a request at a time, each within a deadline.
//
// What it is not: a browser. A connection per exchange, no redirects, no proxies, no cookies, no compression. With https
// the server's certificate and name are always checked, and nothing older than TLS 1.2 is spoken. One thread at a time.
// (The system's own look up of a name cannot be ended: where a name server is dead, it may outlast the deadline.)
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/http/client_failure.hpp"
#include "host/http/client_settings.hpp"

namespace connector_host::http {

struct ClientRequest {
  std::string method;
  std::string target;  // path and query, encoded; begins with '/'
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  // The first header of this name, in any case of letters; empty: there is none.
  std::string header(std::string_view name) const;
};

class Client {
 public:
  // Reads the files of the settings; throws std::invalid_argument, one line with the file and what is wrong with it.
  explicit Client(ClientSettings settings);
  ~Client();

  // Any status is an answer. Throws ClientFailure when there is none. A stop ends it from another thread, at once.
  ClientResponse ask(const ClientRequest& request, const std::stop_token& stop = {});

 private:
  class Trust;
  const ClientSettings settings_;
  std::unique_ptr<Trust> trust_;  // none for http
};

}  // namespace connector_host::http
