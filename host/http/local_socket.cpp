#include "host/http/local_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "host/http/listen_error.hpp"

namespace connector_host::http {
namespace {

[[noreturn]] void refuse_local(const std::string& path, const std::string& why) {
  throw ListenError("cannot listen on the admin socket " + path + ": " + why);
}

[[noreturn]] void refuse_local(const std::string& path, int error) {
  refuse_local(path, std::generic_category().message(error) + "; set 'admin.socket' to a path in a folder that this process can write, or to none");
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int new_socket() {
  return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

// Only a listener accepts a connection; after the end of its process the name stays and connecting is refused (unix(7)).
bool somebody_listens(const sockaddr_un& address) {
  const int probe = new_socket();
  if (probe < 0) return true;
  const bool refused = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno == ECONNREFUSED;
  ::close(probe);
  return !refused;
}

bool is_socket(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace

LocalSocket::LocalSocket(std::string path, std::optional<gid_t> group) : path_(std::move(path)) {
  if (path_.size() > longest_path)
    refuse_local(path_, "the path is longer than " + std::to_string(longest_path) + " bytes; set a shorter one by 'admin.socket'");
  descriptor_ = new_socket();
  if (descriptor_ < 0) refuse_local(path_, errno);
  try {
    bind_to_name();
    if (group) open_to(*group);
  } catch (...) {
    close();
    throw;
  }
}

LocalSocket::~LocalSocket() {
  close();
}

// The mode of the descriptor becomes that of the name (bind(2) on Linux), so there is no moment in which others can connect.
void LocalSocket::bind_to_name() {
  if (fchmod(descriptor_, 0600) != 0) refuse_local(path_, errno);
  const sockaddr_un address = address_of(path_);
  const auto bind_it = [&] { return bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno; };
  int error = bind_it();
  if (error == EADDRINUSE) {
    if (!is_socket(path_)) refuse_local(path_, "there is a file of that name; remove it, or set another path by 'admin.socket'");
    if (somebody_listens(address)) refuse_local(path_, "another process listens there; stop it, or set another path by 'admin.socket'");
    unlink(path_.c_str());
    error = bind_it();
  }
  struct stat status{};
  if (error == 0) error = lstat(path_.c_str(), &status) == 0 ? 0 : errno;
  if (error != 0) refuse_local(path_, error);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  if (listen(descriptor_, SOMAXCONN) != 0) refuse_local(path_, errno);
}

// A process that is not in the group may not give the name to it; then the socket is its user's alone. Where the group is
// its own already nothing has to be given: a unit's filter of system calls may refuse it (systemd's @privileged).
void LocalSocket::open_to(gid_t group) const {
  struct stat status{};
  const bool has_it = lstat(path_.c_str(), &status) == 0 && status.st_gid == group;
  if (has_it || lchown(path_.c_str(), uid_t(-1), group) == 0) chmod(path_.c_str(), 0660);
}

void LocalSocket::close() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  descriptor_ = -1;
  struct stat now{};
  if (inode_ != 0 && lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ && now.st_ino == inode_) unlink(path_.c_str());
}

}  // namespace connector_host::http
