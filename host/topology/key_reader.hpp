#pragma once
// KeyReader: reads the rule by which a connector makes a record's key: one of json, header,
// message_id, routing_key and constant, or several of them in `parts`. One thread, one load.
#include <optional>
#include <string>

#include "host/topology/option_reader.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

class KeyReader {
 public:
  KeyReader(const OptionReader& options, Problems& problems) : options_(options), problems_(problems) {}

  KeyConfig read(const Node& node, const std::string& path, RawValues& raw) const;

 private:
  void take(const OptionValues& values, const Node& rule, const std::string& path, KeyConfig& out) const;
  void take_parts(const OptionValues& values, const Node& rule, const std::string& path, KeyConfig& out) const;
  std::optional<KeyPart> part_of(const std::string& word, const std::string& argument, Position at, const std::string& path) const;

  const OptionReader& options_;
  Problems& problems_;
};

}  // namespace connector_host::topology
