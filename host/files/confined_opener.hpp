#pragma once
// ConfinedOpener: opens files below a list of folders (roots) and nowhere else, whatever links
// stand in the path.
//
// It opens with openat2(2), below the descriptor of the root and without magic links: the kernel
// compares while it walks the path, so a link that is exchanged between a check and the opening
// leads nowhere. Relative links inside a root work, as those of a Kubernetes Secret. Where openat2
// is not available the path is refused. The opened file is a regular file, or with O_PATH or
// O_DIRECTORY a folder, and never on a pseudo file system of the kernel (procfs, sysfs, ...).
// It does not decide which instance is confined: FileAccess does. Any thread; immutable.
#include <linux/openat2.h>

#include <functional>
#include <string>
#include <vector>

#include "host/files/opened.hpp"

namespace connector_host::files {

class ConfinedOpener {
 public:
  // openat2(2): a descriptor, or -1 and errno.
  using OpenAt2 = std::function<int(int folder, const char* path, const open_how& how)>;

  // roots: absolute and normal. key: of the topology, for messages ("admin.file_roots").
  ConfinedOpener(std::vector<std::string> roots, std::string key, OpenAt2 open_at2 = openat2_of_the_kernel);

  // As open(2), with O_CLOEXEC and O_NONBLOCK: a FIFO does not hold the caller.
  Opened open(const std::string& path, int flags, unsigned mode) const;

  static int openat2_of_the_kernel(int folder, const char* path, const open_how& how);

 private:
  Opened open_below(const std::string& root, const std::string& path, int flags, unsigned mode) const;
  Opened failed(int error, const std::string& root, int folder, int flags) const;
  Opened checked(int fd, int flags) const;
  bool is_available(int folder) const;
  const std::string* root_of(const std::string& path) const;

  const std::vector<std::string> roots_;
  const std::string key_;
  const OpenAt2 open_at2_;
};

}  // namespace connector_host::files
