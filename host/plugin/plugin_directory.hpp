#pragma once
// PluginDirectory: one directory of plugins, and which of its files may be trusted.
//
// A plugin runs with all the host's rights. So a directory or file counts only when nobody but root and the host's own
// user can change it: it belongs to one of the two and neither its group nor others may write. What is checked is what
// was opened, not what a path names a moment later. Symbolic links count while they stay inside the directory (as
// Kubernetes mounts volumes).
//
// Reads names, judges no contents. One thread; lives for one look around.
#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <vector>

#include "host/plugin/file_descriptor.hpp"

namespace connector_host::plugin {

class PluginDirectory {
 public:
  static constexpr std::size_t most_files = 256;

  // Throws PluginError when it may not be used; a directory that is not there is no error.
  explicit PluginDirectory(const std::string& path);

  bool exists() const { return directory_.is_open(); }
  // The names that end in .so, sorted. Throws PluginError when there are too many.
  std::vector<std::string> libraries() const;

  struct Status {
    bool exists = false;
    struct stat stat{};
  };
  // Of the file a name stands for, following links.
  Status status(const std::string& name) const;
  // For reading. Throws PluginError when it may not be used.
  FileDescriptor open(const std::string& name) const;

 private:
  void check_inside(int file) const;

  FileDescriptor directory_;
};

}  // namespace connector_host::plugin
