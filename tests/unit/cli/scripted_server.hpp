#pragma once
// ScriptedServer: an admin API that answers what a test says and remembers what it was asked. Our
// own server on a free port.
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "host/http/server.hpp"

namespace connector_host::cli {

class ScriptedServer {
 public:
  ScriptedServer();

  // Answers to "METHOD /path?query", the path decoded; one after the other, and the last one from
  // then on.
  void on(const std::string& request, http::Response response);
  void on(const std::string& request, int status, std::string body = {}) {
    on(request, {status, "application/json", std::move(body), {}});
  }
  // All that comes with another Authorization is refused with 401.
  void demand(std::string authorization);

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::vector<std::string> asked() const;
  std::string last_body() const;

 private:
  http::Response answer(const http::Request& request);

  mutable std::mutex mutex_;  // guards all of these
  std::map<std::string, std::deque<http::Response>> script_;
  std::string demanded_, last_body_;
  std::vector<std::string> asked_;
  http::Server server_;  // the last: its thread uses the rest
};

}  // namespace connector_host::cli
