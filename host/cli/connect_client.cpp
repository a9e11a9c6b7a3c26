#include "host/cli/connect_client.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "host/cli/refusal.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::chrono::milliseconds between_conflicts{200};
constexpr const char *socket_header = "Connector-Host-Socket", *instance_header = "Connector-Host-Instance";

bool is_good(int status) {
  return status >= 200 && status < 300;
}

// What to do about a status, where that is not in what the server says.
const char* advice_for(int status) {
  switch (status) {
    case 401:
      return " (give --token-file, or --user and --password-file)";
    case 403:
      return " (this login has not the role for it)";
    default:
      return "";
  }
}

std::string message_in(const Json& document) {
  const auto found = document.is_object() ? document.find("message") : document.end();
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

// What a web server or a proxy says of an error, which is in the title of its page when it is anywhere.
std::string title_of(const std::string& page) {
  constexpr std::string_view begin = "<title>", end = "</title>";
  constexpr std::size_t longest = 200;
  const std::size_t from = page.find(begin), to = page.find(end, from);
  return to == page.npos ? "" : page.substr(from + begin.size(), std::min(to - from - begin.size(), longest));
}

// A server in front of a Kafka Connect (Jetty 12) does not let some characters through, however they are encoded.
bool has_a_name_of_doubt(const std::string& path) {
  const auto has = [&path](const char* escape) { return path.find(escape) != path.npos; };
  return has("%2F") || has("%25") || has("%5C");
}

[[noreturn]] void refuse_without_json(const http::ClientResponse& response, const std::string& path) {
  std::string what = "answered HTTP " + std::to_string(response.status);
  if (const std::string title = title_of(response.body); !title.empty())
    what += ": " + title;
  else if (!response.content_type.empty())
    what += " with " + response.content_type + " that is no JSON";
  if (response.status == 400 && has_a_name_of_doubt(path)) what += " (Kafka Connect 4 takes no name with '/', '%' or '\\' in it)";
  throw Refusal(what + advice_for(response.status), response.status);
}

[[noreturn]] void refuse(const http::ClientResponse& response, const std::string& path) {
  const std::string status = "HTTP " + std::to_string(response.status);
  const Json document = Json::parse(response.body, nullptr, false);
  if (document.is_discarded()) refuse_without_json(response, path);
  const std::string message = message_in(document);
  const std::string shown = message.empty() ? "answered " + status : message + (message.find(status) == message.npos ? " (" + status + ")" : "");
  throw Refusal(shown + advice_for(response.status), response.status, response.body);
}

}  // namespace

ConnectClient::ConnectClient(http::ClientSettings settings, std::string credentials, world::World& world, std::stop_token stop)
    : name_(settings.local_socket.empty() ? settings.url.text() : "unix:" + settings.local_socket),
      settings_(std::move(settings)),
      credentials_(std::move(credentials)),
      client_(std::make_unique<http::Client>(settings_)),
      at_socket_(!settings_.local_socket.empty()),
      world_(world),
      pause_(world.make_gate()),
      stop_(std::move(stop)) {}

std::string ConnectClient::ask(const std::string& method, const std::string& path, const std::string& body) {
  http::ClientRequest request{method, path, {}, body};
  if (!credentials_.empty()) request.headers.emplace_back("Authorization", credentials_);
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  http::ClientResponse response = ask_until_settled(request);
  if (!is_good(response.status)) refuse(response, path);
  if (!response.body.empty() && !Json::accept(response.body)) {
    throw Refusal("answered with " + (response.content_type.empty() ? "no JSON" : response.content_type + " that is no JSON") + ": is this the admin API?",
                  response.status);
  }
  return std::move(response.body);
}

http::ClientResponse ConnectClient::ask_until_settled(const http::ClientRequest& request) {
  const world::Time limit = world_.now() + settings_.timeout;
  for (;;) {
    http::ClientResponse response = ask_with_rights(request);
    if (response.status != 409 || stop_.stop_requested() || world_.now() + between_conflicts >= limit) return response;
    pause_->wait_until(world_.now() + between_conflicts);
  }
}

http::ClientResponse ConnectClient::ask_with_rights(const http::ClientRequest& request) {
  http::ClientResponse response = client_->ask(request, stop_);
  const bool refused = response.status == 401 || response.status == 403;
  if (refused && credentials_.empty() && !at_socket_ && switch_to_socket(response)) return client_->ask(request, stop_);
  return response;
}

bool ConnectClient::switch_to_socket(const http::ClientResponse& refusal) {
  http::ClientSettings settings = settings_;
  settings.local_socket = refusal.header(socket_header);
  const std::string instance = refusal.header(instance_header);
  if (settings.local_socket.empty() || instance.empty()) return false;
  auto client = std::make_unique<http::Client>(settings);
  try {
    if (client->ask({"GET", "/health", {}, {}}, stop_).header(instance_header) != instance) return false;
  } catch (const http::ClientFailure&) {  // not this user's, or not of this machine: then the refusal holds
    return false;
  }
  client_ = std::move(client);
  at_socket_ = true;
  return true;
}

std::string connector_path(const std::string& name, const std::string& rest) {
  return "/connectors/" + http::path_segment(name) + rest;
}

}  // namespace connector_host::cli
