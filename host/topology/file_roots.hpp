#pragma once
// FileRoots: checks admin.file_roots and admin.credential_roots, the folders below which connectors
// made over REST may open files. A folder that holds, or lies in, what belongs to the kernel or the
// host itself is a problem. One thread, one load.
#include <string>
#include <utility>
#include <vector>

#include "host/topology/node.hpp"
#include "host/topology/problems.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

class FileRoots {
 public:
  // file: the topology file. plugin_dirs: all that are searched.
  FileRoots(const TopologyConfig& config, const std::string& file, const std::vector<std::string>& plugin_dirs, Problems& problems);

  // Makes the roots normal, and reports those that cannot be used. admin: the section; null: there
  // is none.
  void check(const Node* admin, const char* key, std::vector<std::string>& roots) const;

 private:
  std::string why_not(const std::string& root) const;

  std::vector<std::pair<std::string, std::string>> protected_;  // what it is, its path with links resolved
  Problems& problems_;
};

}  // namespace connector_host::topology
