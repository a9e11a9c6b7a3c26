#pragma once
// FileAccess: what one plugin instance may open. Everything, when its configuration is of the
// topology file; else what its Confinement allows. Immutable, so any thread may use it; cheap
// enough for one per instance.
#include <optional>
#include <string>

#include "host/files/confined_opener.hpp"
#include "host/files/confinement.hpp"

namespace connector_host::files {

class FileAccess {
 public:
  // Nothing: everything may be opened.
  explicit FileAccess(std::optional<Confinement> confinement = {});

  // As open(2), with O_CLOEXEC.
  Opened open(Purpose purpose, const std::string& path, int flags, unsigned mode) const;
  // The path is opened by the rules of ConfinedOpener, so no library may open it by itself.
  bool confines(Purpose purpose, const std::string& path) const;
  // Why the path may not be opened as things are now. A file that is missing is no reason: it may
  // be made later.
  std::optional<FileRefusal> refusal(Purpose purpose, const std::string& path) const;

 private:
  struct Confined {
    std::set<std::string> as_in_topology;
    ConfinedOpener opener;
  };
  const Confined& of(Purpose purpose) const { return purpose == Purpose::data ? *data_ : *credentials_; }

  std::optional<Confined> data_, credentials_;  // both or none
};

}  // namespace connector_host::files
