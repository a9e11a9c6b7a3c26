#include "host/admin/login_secret.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

#include "host/topology/secret_file.hpp"

namespace connector_host::admin {

LoginSecret::LoginSecret(const Credential& credential, std::size_t shortest) : file_(credential.file), shortest_(shortest) {
  take(credential.secret);
}

std::string LoginSecret::refresh() {
  if (file_.empty()) return {};
  std::string trouble = read_if_changed();
  if (trouble == trouble_) return {};
  trouble_ = trouble;
  return trouble;
}

std::string LoginSecret::read_if_changed() {
  struct stat status{};
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (::stat(file_.c_str(), &status) != 0) {
    digest_.reset();
    seen_ = {};
    return std::generic_category().message(errno);
  }
  const plugin::FileStamp stamp(status, now);
  if (stamp.same_as(seen_)) return trouble_;
  seen_ = stamp;
  const topology::SecretFile read = topology::SecretFile::read(file_);
  if (read.error.empty()) return take(read.content);
  digest_.reset();
  return read.error;
}

std::string LoginSecret::take(const std::string& secret) {
  digest_.reset();
  if (secret.empty()) return "it is empty";
  if (secret.size() < shortest_) return "it holds less than " + std::to_string(shortest_) + " characters";
  digest_ = SecretDigest::of(secret);
  return {};
}

}  // namespace connector_host::admin
