#pragma once
// HostKeys: the keys of a topology that the host itself reads, declared like a plugin's options: type, default, limits and
// help in one place, from which they are read, validated and described in the JSON schema. Constants, so any thread.
//
// Where a mapping also has keys of another shape (components, id, ...), their names are in the `..._parts` lists.
#include <string>
#include <vector>

#include "host/topology/option_limits.hpp"

namespace connector_host::topology {

struct HostKeys {
  static const OptionTable& top();
  static const OptionTable& http();
  static const OptionTable& metrics();
  static const OptionTable& admin();
  static const OptionTable& admin_operate();
  static const OptionTable& admin_read_only();
  static const OptionTable& admin_tls();
  static const OptionTable& log();
  static const OptionTable& connector();
  static const OptionTable& dedup();
  static const OptionTable& dead_letter();
  static const OptionTable& transform();
  static const OptionTable& errors();
  static const OptionTable& retry();
  static const OptionTable& breaker();
  static const OptionTable& restart();
  static const OptionTable& id();
  static const OptionTable& key();

  static const std::vector<std::string>& top_parts();
  static const std::vector<std::string>& admin_parts();
  static const std::vector<std::string>& connector_parts();
};

}  // namespace connector_host::topology
