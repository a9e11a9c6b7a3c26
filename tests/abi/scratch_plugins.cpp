#include "tests/abi/scratch_plugins.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace connector_host::testing {
namespace fs = std::filesystem;

ScratchPlugins::ScratchPlugins() {
  std::string pattern = (fs::temp_directory_path() / "connector-abi-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no scratch directory");
  directory_ = fs::canonical(pattern);
}

ScratchPlugins::~ScratchPlugins() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void ScratchPlugins::add(std::string_view variant, std::string_view as) {
  write(as.empty() ? variant : as, bytes_of(variant));
}

void ScratchPlugins::replace(std::string_view variant, std::string_view as) {
  write(std::string(as) + ".new", bytes_of(variant));
  fs::rename(path(std::string(as) + ".new"), path(as));
}

void ScratchPlugins::overwrite(std::string_view name, std::string_view bytes) {
  std::ofstream file(path(name), std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), std::streamsize(bytes.size()));
}

void ScratchPlugins::write(std::string_view name, std::string_view bytes) {
  overwrite(name, bytes);
  ::chmod(path(name).c_str(), 0644);  // whatever the umask
}

std::string ScratchPlugins::bytes_of(std::string_view variant) {
  return read_file(ABI_VARIANTS "/" + std::string(variant) + ".so");
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

plugin::PluginEntry entry_of(const plugin::PluginCatalog& catalog, std::string_view name) {
  for (const plugin::PluginEntry& each : catalog.entries())
    if (fs::path(each.path).stem() == name) return each;
  ADD_FAILURE() << "no entry of " << name;
  return {};
}

}  // namespace connector_host::testing
