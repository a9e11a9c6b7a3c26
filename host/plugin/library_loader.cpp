#include "host/plugin/library_loader.hpp"

#include <dlfcn.h>
#include <link.h>

#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <system_error>
#include <utility>

#include "host/plugin/plugin_error.hpp"
#include "host/plugin/table_check.hpp"

namespace connector_host::plugin {
namespace {

void remove_all(std::string& text, std::string_view part) {
  for (auto at = text.find(part); !part.empty() && at != std::string::npos; at = text.find(part, at)) text.erase(at, part.size());
}

// dlsym looks in what the library links as well, and gives an address whatever the name stands for: another plugin's
// table, a function or a short object would be read as this plugin's table.
bool is_own_table(const void* address, const std::string& path) {
  Dl_info about{};
  void* entry = nullptr;
  if (reinterpret_cast<std::uintptr_t>(address) % alignof(connector_plugin) != 0) return false;
  if (::dladdr1(address, &about, &entry, RTLD_DL_SYMENT) == 0 || !entry) return false;
  const auto& symbol = *static_cast<const ElfW(Sym)*>(entry);
  return about.dli_fname == path && ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_size >= offsetof(connector_plugin, name);
}

// For good: never destroyed, so that nothing is unloaded when the process ends either.
const boost::dll::shared_library& keep(boost::dll::shared_library&& library) {
  static auto& all = *new std::deque<boost::dll::shared_library>;
  return all.emplace_back(std::move(library));
}

}  // namespace

const connector_plugin& LibraryLoader::load(const std::string& path) {
  // rtld_now: what is missing shows now and not in the middle of the stream. rtld_local: plugins do not see each other's
  // symbols. Never rtld_deepbind, which parts a library from the host's malloc and from sanitizers.
  boost::dll::shared_library library;
  boost::dll::fs::error_code refused;
  library.load(path, refused, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  if (refused) {
    const char* why = ::dlerror();
    throw PluginError(explain(why ? why : "the system's loader gives no reason", path));
  }
  const boost::dll::shared_library& kept = keep(std::move(library));
  if (!kept.has(CONNECTOR_PLUGIN_SYMBOL))
    throw PluginError("is a shared library but no plugin: it does not export " CONNECTOR_PLUGIN_SYMBOL "; see CONNECTOR_PLUGIN in connector/plugin.hpp");
  // As a char: nothing says yet that the address is that of a table.
  const void* address = &kept.get<const char>(CONNECTOR_PLUGIN_SYMBOL);
  if (!is_own_table(address, path))
    throw PluginError("exports " CONNECTOR_PLUGIN_SYMBOL ", but not as a connector_plugin of its own; use CONNECTOR_PLUGIN or the type of connector/abi.h");
  const auto& table = *static_cast<const connector_plugin*>(address);
  TableCheck::run(table);
  return table;
}

// The texts are those of glibc's elf/dl-load.c, dl-lookup.c and dl-version.c.
std::string LibraryLoader::explain(std::string_view system_text, std::string_view path) {
  std::string text(system_text);
  const bool about_itself = text.starts_with(path);
  remove_all(text, std::string(path) + ": ");
  remove_all(text, " (required by " + std::string(path) + ")");
  const std::string library = text.substr(0, text.find(':'));
  if (!about_itself && text.find("cannot open shared object file") != std::string::npos)
    return "needs " + library + ", which this machine does not have; install the package that brings it, or link it statically (a search path relative to " +
           "the plugin, $ORIGIN, does not reach it: the host loads a private copy)";
  if (text.starts_with("undefined symbol: "))
    return "uses " + text.substr(18) + ", which nothing that it links provides; link what is missing, with -Wl,--no-undefined to see it when building";
  if (text.find("' not found") != std::string::npos && text.find("version `") != std::string::npos)
    return "is built for a newer system (" + text + "); build it on the oldest system that it has to run on";
  if (text.find("failed to map segment") != std::string::npos)
    return "cannot be mapped as code (" + text + "); let memory files run code (vm.memfd_noexec), or give the host a directory that is not mounted noexec";
  return "cannot be loaded: " + text;
}

}  // namespace connector_host::plugin
