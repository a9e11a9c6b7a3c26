#pragma once
// Confinement: which files a plugin instance may open whose configuration came over REST.
//
// Plain data without behaviour, so that anybody may hold a copy; FileAccess decides by it. Made by
// topology::PathGrants.
#include <set>
#include <string>
#include <vector>

namespace connector_host::files {

// Records, or a certificate, a private key and the authorities to trust (CONNECTOR_FILE_DATA,
// CONNECTOR_FILE_CREDENTIAL).
enum class Purpose { data, credential };

// Of one purpose.
struct AllowedFiles {
  std::vector<std::string> roots;        // folders: absolute and normal, without a '/' at the end
  std::set<std::string> as_in_topology;  // paths that the topology file has for the same option; these are not confined
};

struct Confinement {
  AllowedFiles data, credentials;
};

}  // namespace connector_host::files
