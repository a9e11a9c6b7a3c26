#pragma once
// YamlReader: from YAML text to our own Node tree. The only place that knows yaml-cpp.
//
// It takes the part of YAML that a topology needs: mappings, lists, scalars. Anchors, aliases, merge keys and tags are
// refused, because an alias can make a small file endless; duplicate keys too, of which yaml-cpp 0.7 keeps the first in
// silence. It works on the parser's events, so all this is seen before anything is built. No exception of yaml-cpp
// leaves it. One thread.
#include <optional>

#include "host/topology/node.hpp"
#include "host/topology/problems.hpp"
#include "host/topology/source_text.hpp"

namespace connector_host::topology {

class YamlReader {
 public:
  static constexpr std::size_t deepest = 32;

  // The document's root (null: an empty file); nothing when the rest of the file cannot be understood. In both cases
  // there may be problems. The source must have passed its own check.
  static std::optional<Node> read(const SourceText& source, Problems& problems);
};

}  // namespace connector_host::topology
