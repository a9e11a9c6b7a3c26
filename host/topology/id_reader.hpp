#pragma once
// IdReader: reads the rule by which a connector finds a record's id: exactly one of json, header, message_id, key; or the
// word none. One thread, one load.
#include <string>

#include "host/topology/option_reader.hpp"

namespace connector_host::topology {

class IdReader {
 public:
  IdReader(const OptionReader& options, const ScalarReader& scalars, Problems& problems) : options_(options), scalars_(scalars), problems_(problems) {}

  IdConfig read(const Node& node, const std::string& path, RawValues& raw) const;

 private:
  IdConfig read_word(const Node& node, const std::string& path, RawValues& raw) const;
  IdConfig read_mapping(const Node& node, const std::string& path, RawValues& raw) const;
  IdConfig take(const OptionValues& values, const Node& rule, const std::string& path) const;

  const OptionReader& options_;
  const ScalarReader& scalars_;
  Problems& problems_;
};

}  // namespace connector_host::topology
