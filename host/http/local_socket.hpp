#pragma once
// LocalSocket: a bound, listening Unix socket with a name in the file system, non-blocking and closed on exec.
//
// Only its owner, and the members of one group if there is one, can connect; the peer's credentials are still to be
// checked (Peer), because root can, and because the owner may change the mode. A name that an ended process has left
// behind is taken over; one that a process still listens on, and a file that is no socket, are not. Owns the descriptor
// and the name, which the destructor removes unless another socket has it by then. Not thread-safe.
#include <sys/types.h>

#include <optional>
#include <string>

namespace connector_host::http {

class LocalSocket {
 public:
  // The longest path that the kernel takes (sockaddr_un, unix(7)).
  static constexpr std::size_t longest_path = 107;

  // group: whose members can connect beside this process's user; where the name cannot be given to it, they cannot.
  // Throws ListenError.
  LocalSocket(std::string path, std::optional<gid_t> group);
  ~LocalSocket();
  LocalSocket(const LocalSocket&) = delete;
  LocalSocket& operator=(const LocalSocket&) = delete;

  const std::string& path() const { return path_; }
  int descriptor() const { return descriptor_; }
  // Ends listening and removes the name.
  void close();

 private:
  void bind_to_name();
  void open_to(gid_t group) const;

  const std::string path_;
  int descriptor_ = -1;
  dev_t device_ = 0;  // of the name, to know it again
  ino_t inode_ = 0;
};

}  // namespace connector_host::http
