#include "host/plugin/plugin_library.hpp"

#include <map>
#include <memory>
#include <utility>

#include "connector/view.hpp"
#include "host/plugin/child_probe.hpp"
#include "host/plugin/elf_check.hpp"
#include "host/plugin/library_loader.hpp"
#include "host/plugin/mapped_bytes.hpp"
#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

using Loaded = std::map<std::string, std::unique_ptr<PluginLibrary>, std::less<>>;

// By SHA-256. Never destroyed, so that no library is either.
Loaded& loaded() {
  static auto& all = *new Loaded;
  return all;
}

}  // namespace

const PluginLibrary& PluginLibrary::load(LibraryCopy copy, std::chrono::milliseconds load_limit) {
  if (const auto found = loaded().find(copy.sha256()); found != loaded().end()) return found->second->usable();
  if (loaded().size() >= most_libraries)
    throw PluginError("is one more than the " + std::to_string(most_libraries) + " versions of plugins that a process keeps; restart the host to use it");
  ElfCheck(MappedBytes(copy.descriptor(), copy.size()).bytes()).run();
  const std::string trouble = ChildProbe(load_limit).run([&copy] { LibraryLoader::load(copy.path()); });
  if (!trouble.empty()) throw PluginError(trouble);
  // Kept whatever comes next: once the system's loader has seen a copy's path, no other file may get it.
  std::unique_ptr<PluginLibrary>& kept = loaded()[copy.sha256()];
  kept.reset(new PluginLibrary(std::move(copy)));
  PluginLibrary& library = *kept;
  library.table_ = &LibraryLoader::load(library.copy_.path());
  library.copy_.forget_name();
  return library;
}

const PluginLibrary& PluginLibrary::usable() const {
  if (!table_) throw PluginError("could be loaded in a child process but not in the host; restart the host to try it again");
  return *this;
}

std::string_view PluginLibrary::name() const {
  return connector::text(table_->name);
}
std::string_view PluginLibrary::version() const {
  return connector::text(table_->version);
}
std::string PluginLibrary::abi() const {
  return std::to_string(table_->abi_major) + "." + std::to_string(table_->abi_minor);
}

}  // namespace connector_host::plugin
