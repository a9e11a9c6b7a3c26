#pragma once
// GeneratedSecret: the password of the role admin that a host makes for itself, in a file that only its user can read.
//
// It is kept across restarts. A file that others can read or write, that belongs to another user, or that holds less than a
// token has to, is replaced by a new one. Stateless; any thread.
#include <string>

namespace connector_host::admin {

struct GeneratedSecret {
  // Returns what the file holds. Throws std::system_error; std::runtime_error when there is no randomness.
  static std::string at(const std::string& path);
  // 256 random bits as hexadecimal digits; throws std::runtime_error as above.
  static std::string random_text();
};

}  // namespace connector_host::admin
