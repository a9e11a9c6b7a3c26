#include "tests/unit/cli/scripted_server.hpp"

#include <utility>

namespace connector_host::cli {

ScriptedServer::ScriptedServer()
    : server_({}, [this](const http::Request& request) { return answer(request); }) {
  server_.start();
}

void ScriptedServer::on(const std::string& request, http::Response response) {
  std::lock_guard lock(mutex_);
  script_[request].push_back(std::move(response));
}

void ScriptedServer::demand(std::string authorization) {
  std::lock_guard lock(mutex_);
  demanded_ = std::move(authorization);
}

std::vector<std::string> ScriptedServer::asked() const {
  std::lock_guard lock(mutex_);
  return asked_;
}

std::string ScriptedServer::last_body() const {
  std::lock_guard lock(mutex_);
  return last_body_;
}

http::Response ScriptedServer::answer(const http::Request& request) {
  std::lock_guard lock(mutex_);
  std::string what = request.method + " " + request.path, between = "?";
  for (const auto& [name, value] : request.query)
    what += std::exchange(between, "&") + name + "=" + value;
  asked_.push_back(what);
  last_body_ = request.body;
  if (!demanded_.empty() && request.header("Authorization") != demanded_)
    return http::error_response(401, "who are you?");
  const auto found = script_.find(what);
  if (found == script_.end()) return http::error_response(404, "not in the script: " + what);
  const http::Response response = found->second.front();
  if (found->second.size() > 1) found->second.pop_front();
  return response;
}

}  // namespace connector_host::cli
