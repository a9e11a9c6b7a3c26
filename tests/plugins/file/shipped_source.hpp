#pragma once
// The file source as it is shipped, through its library.
#include <connector/testing/plugin_under_test.hpp>

namespace file_test {

inline const connector_component& file_source() {
  static const connector::testing::PluginUnderTest plugin(PLUGIN_FILE);
  return plugin.component(CONNECTOR_SOURCE, "file");
}

}  // namespace file_test
