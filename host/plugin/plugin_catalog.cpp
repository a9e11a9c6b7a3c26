#include "host/plugin/plugin_catalog.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "connector/kind.hpp"
#include "connector/view.hpp"
#include "host/plugin/library_copy.hpp"
#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

timespec now() {
  timespec out{};
  ::clock_gettime(CLOCK_REALTIME, &out);
  return out;
}

}  // namespace

void PluginCatalog::use_directories(std::vector<std::string> directories) {
  std::lock_guard lock(looking_);
  std::set<std::string> seen;
  directories_.clear();
  for (std::string& each : directories) {
    while (each.size() > 1 && each.ends_with('/')) each.pop_back();
    if (!each.empty() && seen.insert(each).second) directories_.push_back({std::move(each), false, {}});
  }
  look_around(Retry::refused_too);
}

void PluginCatalog::rescan() {
  std::lock_guard lock(looking_);
  look_around(Retry::refused_too);
}

FoundComponent PluginCatalog::find(std::uint32_t kind, std::string_view type) {
  std::lock_guard lock(looking_);
  look_around(Retry::changed);
  if (FoundComponent found = provider(kind, type)) return found;
  // Whoever asks for one unknown type after the other must not have each refused file tried each time.
  const auto now = std::chrono::steady_clock::now();
  if (retried_ && now - *retried_ < retry_refused_every) return {};
  look_around(Retry::refused_too);
  retried_ = std::chrono::steady_clock::now();
  return provider(kind, type);
}

// What is not seen this time is forgotten; its library stays loaded for those that use it.
void PluginCatalog::look_around(Retry retry) {
  std::map<std::string, Known> before = std::exchange(known_, {});
  order_.clear();
  for (DirectoryEntry& each : directories_) look_into(each, retry, before);
  show();
}

void PluginCatalog::look_into(DirectoryEntry& entry, Retry retry, std::map<std::string, Known>& before) {
  entry.exists = false;
  entry.error.clear();
  try {
    const PluginDirectory directory(entry.path);
    entry.exists = directory.exists();
    if (!entry.exists) return;
    for (const std::string& name : directory.libraries()) {
      const std::string path = entry.path + "/" + name;
      Known& known = known_[path];
      if (const auto old = before.find(path); old != before.end()) known = std::move(old->second);
      order_.push_back(path);
      look_at(directory, name, known, retry);
    }
  } catch (const PluginError& error) {
    entry.exists = true;
    entry.error = error.what();
  }
}

void PluginCatalog::look_at(const PluginDirectory& directory, const std::string& name, Known& known, Retry retry) const {
  // The stamp is older than the content: a change in between is read now and seen as a change next time.
  const PluginDirectory::Status status = directory.status(name);
  const FileStamp stamp = status.exists ? FileStamp(status.stat, now()) : FileStamp();
  const bool again = !known.error.empty() && retry == Retry::refused_too;
  if (stamp.same_as(known.stamp) && !again) return;
  known.stamp = stamp;
  try {
    load(directory, name, known, again);
  } catch (const PluginError& error) {
    known.error = error.what();
  }
}

void PluginCatalog::load(const PluginDirectory& directory, const std::string& name, Known& known, bool again) const {
  const std::string before = std::exchange(known.content, {});
  const FileDescriptor file = directory.open(name);
  LibraryCopy copy(file.get(), name, settings_.scratch);
  known.content = copy.sha256();
  if (known.content == before && !again) return;  // touched, or read twice within one tick: what was found out holds
  known.library = &PluginLibrary::load(std::move(copy), settings_.load_limit);
  known.error.clear();
}

FoundComponent PluginCatalog::provider(std::uint32_t kind, std::string_view type) const {
  for (const std::string& path : order_) {
    const PluginLibrary* library = known_.at(path).library;
    if (!library) continue;
    for (const connector_component* each : library->components())
      if (each->kind == kind && connector::text(each->type) == type) return {each, library, path};
  }
  return {};
}

PluginEntry PluginCatalog::entry_of(const std::string& path) const {
  const Known& known = known_.at(path);
  PluginEntry entry;
  entry.path = path;
  entry.error = known.error;
  entry.library = known.library;
  if (!known.library) return entry;
  entry.name = known.library->name();
  entry.version = known.library->version();
  entry.abi = known.library->abi();
  entry.sha256 = known.library->sha256();
  for (const connector_component* each : known.library->components()) {
    const FoundComponent winner = provider(each->kind, connector::text(each->type));
    entry.components.push_back({each, each->kind, std::string(connector::text(each->type)), winner.path == path ? std::string() : winner.path});
  }
  return entry;
}

// ---- what was seen

void PluginCatalog::show() {
  auto sight = std::make_shared<Sight>();
  for (const std::string& path : order_) sight->entries.push_back(entry_of(path));
  sight->directories = directories_;
  std::lock_guard lock(mutex_);
  sight_ = std::move(sight);
}

std::shared_ptr<const PluginCatalog::Sight> PluginCatalog::sight() const {
  std::lock_guard lock(mutex_);
  return sight_;
}

std::string PluginCatalog::why_missing(std::uint32_t kind, std::string_view type) const {
  const auto seen = sight();
  std::string out = "no plugin provides the " + std::string(connector::kind_name(kind)) + " '" + std::string(type) + "'; looked in ";
  if (seen->directories.empty()) out += "no directory: name one in plugin_dirs or CONNECTOR_PLUGIN_PATH";
  for (const DirectoryEntry& each : seen->directories) {
    if (&each != &seen->directories.front()) out += ", ";
    out += each.path;
    if (!each.error.empty())
      out += " (not used: " + each.error + ")";
    else if (!each.exists)
      out += " (is not there)";
  }
  for (const PluginEntry& each : seen->entries)
    if (!each.error.empty()) out += "; " + each.path + " " + each.error;
  return out;
}

std::vector<std::string> PluginCatalog::types(std::uint32_t kind) const {
  std::set<std::string> out;
  const auto seen = sight();
  for (const PluginEntry& library : seen->entries) {
    for (const ComponentEntry& each : library.components)
      if (each.kind == kind) out.insert(each.type);
  }
  return {out.begin(), out.end()};
}

std::vector<PluginEntry> PluginCatalog::entries() const {
  return sight()->entries;
}

std::vector<DirectoryEntry> PluginCatalog::directories() const {
  return sight()->directories;
}

}  // namespace connector_host::plugin
