#pragma once
// OptionReader: reads the declared options of one mapping: the host's own keys and a plugin's options alike.
//
// Everything that is wrong is reported, each with its place; the value is then null. A mapping may be read with several
// tables (a dedup store's holds the plugin's options and the host's), so unknown keys are refused by a call of their
// own. One thread, one load.
#include <string>
#include <string_view>
#include <vector>

#include "host/topology/option_limits.hpp"
#include "host/topology/option_values.hpp"
#include "host/topology/scalar_reader.hpp"
#include "host/topology/scalar_value.hpp"

namespace connector_host::topology {

class OptionReader {
 public:
  OptionReader(const ScalarReader& scalars, Problems& problems) : scalars_(scalars), problems_(problems) {}

  // declared_by: "sink plugin 'kafka'", for a bad default; mapping may be an empty node: then defaults are all there is.
  OptionValues read(const Node& mapping, const std::string& path, const OptionTable& table, std::string_view declared_by) const;

  // The host's own mapping of that key below the parent, with nothing else in it; all defaults when it is not there.
  OptionValues section(const Node& parent, const std::string& parent_path, const std::string& key, const OptionTable& table) const;

  // Reports the mapping's keys that are not among these.
  void refuse_unknown(const Node& mapping, const std::string& path, const std::vector<std::string>& known) const;

 private:
  struct Target {
    const connector_option& option;
    const std::string path;  // "connectors.x.source.url"
    OptionValues& values;
  };

  Json written(const Node& node, Target target) const;
  Json absent(const Node& mapping, const std::string& path, const connector_option& option, std::string_view declared_by) const;
  Json scalar(const Node& node, Target target) const;
  Json list(const Node& node, Target target) const;
  Json list_item(const Node& node, const std::string& path, const Target& target, RawValue& raw) const;
  Json map(const Node& node, Target target) const;
  Json convert(const Scalar& scalar, Position at, const std::string& path, const connector_option& option) const;
  bool refuse_empty(const Json& value, Position at, const Target& target) const;

  const ScalarReader& scalars_;
  Problems& problems_;
};

// Keys that a component reads beside its options.
std::vector<std::string> names_of(const OptionTable& table);

}  // namespace connector_host::topology
