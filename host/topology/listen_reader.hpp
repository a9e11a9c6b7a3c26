#pragma once
// ListenReader: reads the key 'listen' of a section. One thread, one load.
#include <string>

#include "host/topology/option_values.hpp"
#include "host/topology/problems.hpp"

namespace connector_host::topology {

class ListenReader {
 public:
  explicit ListenReader(Problems& problems) : problems_(problems) {}

  // section: of that name at the top; values: of its options. An empty host: the problem is reported.
  ListenConfig read(const Node& section, const std::string& name, const OptionValues& values) const;

 private:
  Problems& problems_;
};

}  // namespace connector_host::topology
