#include "host/cli/server_access.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include "host/http/credentials.hpp"
#include "host/http/local_socket.hpp"

namespace connector_host::cli {
namespace {

constexpr const char* default_url = "http://127.0.0.1:8083";
constexpr std::string_view socket_scheme = "unix:";
constexpr std::size_t largest_secret = 64 * 1024;

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

// A header is one line of it, so nothing that would end the line may be in a secret.
void check_secret(const std::string& secret, const std::string& where) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (secret.empty()) throw std::invalid_argument(where + " is empty");
  if (std::any_of(secret.begin(), secret.end(), is_control)) throw std::invalid_argument(where + " holds more than one line, or control characters");
}

// Its one line; editors end it, so one line break at its end does not count.
std::string secret_in(const std::string& file, const char* option) {
  std::ifstream in(file, std::ios::binary);
  std::string secret;
  secret.resize(largest_secret + 1);
  in.read(secret.data(), std::streamsize(secret.size()));
  const std::string where = std::string(option) + " " + file;
  if (!in.is_open() || in.bad()) throw std::invalid_argument(where + " cannot be read");
  secret.resize(std::size_t(in.gcount()));
  if (secret.size() > largest_secret) throw std::invalid_argument(where + " is too large for a secret");
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  check_secret(secret, where);
  return secret;
}

std::string socket_in(const std::string& url) {
  std::string path = url.substr(socket_scheme.size());
  if (path.starts_with("//")) path.erase(0, 2);  // unix:///run/...
  if (path.empty() || path.size() > http::LocalSocket::longest_path)
    throw std::invalid_argument("'" + url + "' names no Unix socket: write unix:/path/to/admin.sock, of at most 107 bytes");
  return path;
}

std::string user_of(const ServerOptions& options) {
  check_secret(options.user, "--user");
  if (options.user.find(':') != options.user.npos) throw std::invalid_argument("--user: basic authentication has no user with a ':' in its name");
  return options.user;
}

}  // namespace

http::ClientSettings client_settings(const ServerOptions& options) {
  const std::string from_environment = variable("CONNECTOR_HOST_URL");
  const std::string url = !options.url.empty() ? options.url : !from_environment.empty() ? from_environment : default_url;
  http::ClientSettings settings;
  try {
    if (url.starts_with(socket_scheme)) {
      settings.local_socket = socket_in(url);
      settings.url = http::parse_url("http://localhost");
    } else {
      settings.url = http::parse_url(url);
    }
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument((options.url.empty() ? "CONNECTOR_HOST_URL: " : "--url: ") + std::string(error.what()));
  }
  settings.ca_file = options.ca_file;
  settings.cert_file = options.cert_file;
  settings.key_file = options.key_file;
  settings.timeout = options.timeout;
  return settings;
}

std::string credentials(const ServerOptions& options) {
  if (!options.user.empty()) return http::basic_credentials(user_of(options), secret_in(options.password_file, "--password-file"));
  if (!options.token_file.empty()) return http::bearer_credentials(secret_in(options.token_file, "--token-file"));
  const std::string token = variable("CONNECTOR_HOST_TOKEN");
  if (token.empty()) return {};
  check_secret(token, "CONNECTOR_HOST_TOKEN");
  return http::bearer_credentials(token);
}

}  // namespace connector_host::cli
