#include "host/admin/local_access.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "host/admin/generated_secret.hpp"
#include "host/http/listen_error.hpp"

namespace connector_host::admin {
namespace {

std::optional<gid_t> find_group(const char* name) {
  std::vector<char> buffer(64 * 1024);
  group entry{};
  group* found = nullptr;
  if (getgrnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || !found) return std::nullopt;
  return found->gr_gid;
}

// Nobody else can put something there.
bool is_our_folder(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 022) == 0;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

LocalAccess::Folders LocalAccess::Folders::of_process(std::string state) {
  std::error_code ignored;
  if (!state.empty()) state = std::filesystem::absolute(state).lexically_normal().string();
  return {std::move(state), environment("XDG_RUNTIME_DIR"), std::filesystem::temp_directory_path(ignored).string()};
}

LocalAccess::LocalAccess(const std::string& configured, const Folders& folders) : group_(find_group(group_name)), instance_(GeneratedSecret::random_text()) {
  const bool with_socket = configured != "none";
  if (with_socket && !configured.empty()) {
    use_configured(configured);
    return;
  }
  if (!folders.state.empty() && try_folder(folders.state, with_socket)) return;
  if (!folders.runtime.empty() && try_runtime_folder(folders.runtime, with_socket)) return;
  if (!folders.temporary.empty() && try_private_folder(folders.temporary, with_socket)) return;
  trouble_ = "there is no admin socket and no generated admin secret: " + trouble_;
}

LocalAccess::~LocalAccess() {
  socket_.reset();
  if (!private_folder_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(private_folder_, ignored);
  }
  if (lock_ >= 0) ::close(lock_);
}

void LocalAccess::use_configured(const std::string& socket) {
  try {
    use(std::filesystem::path(socket).parent_path().string(), socket, true);
  } catch (const http::ListenError&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw http::ListenError("cannot keep the admin secret beside the admin socket " + socket + ": " + error.what());
  }
}

void LocalAccess::use(const std::string& folder, const std::string& socket, bool with_socket) {
  const std::string secret_path = folder + "/" + secret_name;
  std::unique_ptr<http::LocalSocket> listening;
  if (with_socket) listening = std::make_unique<http::LocalSocket>(socket, group_);
  secret_ = GeneratedSecret::at(secret_path);
  secret_path_ = secret_path;
  socket_ = std::move(listening);
  socket_path_ = with_socket ? socket : "";
  trouble_.clear();
}

bool LocalAccess::try_folder(const std::string& folder, bool with_socket) {
  try {
    use(folder, folder + "/" + socket_name, with_socket);
    return true;
  } catch (const std::runtime_error& error) {
    trouble_ = error.what();
    return false;
  }
}

bool LocalAccess::try_runtime_folder(const std::string& runtime, bool with_socket) {
  const std::string folder = runtime + "/connector-host";
  ::mkdir(folder.c_str(), 0700);
  lock_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return lock_ >= 0 && is_our_folder(lock_) && ::flock(lock_, LOCK_EX | LOCK_NB) == 0 && try_folder(folder, with_socket);
}

bool LocalAccess::try_private_folder(const std::string& temporary, bool with_socket) {
  std::string folder = temporary + "/connector-host-XXXXXX";
  if (!::mkdtemp(folder.data())) {
    trouble_ = "no folder can be made in " + temporary;
    return false;
  }
  private_folder_ = folder;
  return try_folder(folder, with_socket);
}

}  // namespace connector_host::admin
