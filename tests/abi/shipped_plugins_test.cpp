// Our plugins as they are shipped: the host accepts each, and each shows one symbol to the dynamic
// linker, so that no two can get into each other's way.
#include <gtest/gtest.h>
#include <stdio.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/abi/scratch_plugins.hpp"

namespace connector_host::testing {
namespace {

std::vector<std::string> exported_by(const std::string& path) {
  FILE* nm = ::popen(("'" ABI_NM "' -D --defined-only --format=posix '" + path + "'").c_str(), "r");
  std::string text;
  char buffer[4096];
  for (std::size_t got; (got = ::fread(buffer, 1, sizeof buffer, nm)) > 0;)
    text.append(buffer, got);
  EXPECT_EQ(::pclose(nm), 0) << path;
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.push_back(line.substr(0, line.find(' ')));
  return out;
}

// And some that the SDK's CMake function has built here.
std::vector<std::string> shipped() {
  std::vector<std::string> out = {ABI_VARIANTS "/modern.so", ABI_VARIANTS "/static_libstdcxx.so",
                                  ABI_VARIANTS "/throwing_static.so"};
  std::istringstream list(ABI_SHIPPED);
  for (std::string path; std::getline(list, path, ':');) out.push_back(path);
  return out;
}

class ShippedPlugins : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedPlugins, Export_connector_plugin_v1_alone) {
  EXPECT_EQ(exported_by(GetParam()), std::vector<std::string>{"connector_plugin_v1"});
}

TEST_P(ShippedPlugins, Are_accepted_by_the_host) {
  ScratchPlugins plugins;
  plugins.write("shipped", read_file(GetParam()));
  plugin::PluginCatalog catalog({{}, std::chrono::seconds(60)});
  catalog.use_directories({plugins.path()});
  const plugin::PluginEntry entry = entry_of(catalog, "shipped");
  EXPECT_EQ(entry.error, "");
  EXPECT_FALSE(entry.components.empty());
  if (!GetParam().starts_with(ABI_VARIANTS)) {
    EXPECT_EQ(entry.version, CONNECTOR_HOST_VERSION) << "they come with the host";
  }
}

INSTANTIATE_TEST_SUITE_P(Abi, ShippedPlugins, ::testing::ValuesIn(shipped()), [](const auto& info) {
  return std::filesystem::path(info.param).stem().string();
});

}  // namespace
}  // namespace connector_host::testing
