#pragma once
// HostFiles: opens files and folders through the host, which decides which of them this instance
// may open.
//
// Everything of the plugin that has a path goes through it. Cheap to copy; any thread.
#include <sys/stat.h>

#include <connector/host.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plugins/file/owned_fd.hpp"

namespace connector_host_plugins::file {

class HostFiles {
 public:
  struct Opened {
    OwnedFd fd;       // null: it was not opened
    int error = 0;    // errno
    std::string why;  // for people
  };

  explicit HostFiles(connector::Host host) : host_(host) {}

  Opened open(const std::string& path, int flags, unsigned mode = 0) const;
  // Of what the path leads to; nothing when it leads nowhere, or may not be looked at. Throws
  // NOT_CONNECTED where the system is short of something.
  std::optional<struct stat> status(const std::string& path) const;
  // The names in a folder; none when it cannot be read. Throws as status does.
  std::vector<std::string> names_in(const std::string& folder) const;

 private:
  connector::Host host_;
};

// "." for a path without a folder.
std::string folder_of(const std::string& path);

// The system is short of something, or the file's system is away.
bool may_pass(int error);

}  // namespace connector_host_plugins::file
