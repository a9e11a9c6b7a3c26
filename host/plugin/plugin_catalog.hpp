#pragma once
// PluginCatalog: which plugins there are. Finds components by kind and type in a list of directories.
//
// The first directory that has a type provides it, within a directory the first file by name. A file that is new or
// changed is loaded when it is first seen; a connector that runs keeps the library it began with, those that start later
// get the new one. A file that cannot be used is listed with its reason and harms nothing else; when it was usable
// before, what was loaded goes on serving.
//
// Not a plugin search path of the system: no bare names, no path from a topology's component. Thread-safe; meant for the
// control plane: a call that looks around may take milliseconds per new file, load_limit for one that hangs. Those that tell
// what was seen last never wait for one that looks. Results point to things that live as long as the process.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/file_stamp.hpp"
#include "host/plugin/plugin_directory.hpp"
#include "host/plugin/plugin_entry.hpp"

namespace connector_host::plugin {

struct CatalogSettings {
  std::vector<std::string> scratch;            // directories for private copies where code may not run from memory files: see LibraryCopy
  std::chrono::milliseconds load_limit{5000};  // of trying one library in a child process
};

class PluginCatalog {
 public:
  explicit PluginCatalog(CatalogSettings settings = {}) : settings_(std::move(settings)) {}

  // In order of precedence; a second mention of one counts for nothing. Looks around at once.
  void use_directories(std::vector<std::string> directories);
  // Looks around, and tries again what could not be used: something it needs may have been installed.
  void rescan();

  // What provides the type now. Looks at the directories, and rescans when the type is unknown, at most every ten seconds.
  FoundComponent find(std::uint32_t kind, std::string_view type);
  // One line: which directories and unusable files the type was not found in.
  std::string why_missing(std::uint32_t kind, std::string_view type) const;
  // Sorted. As of the last look around.
  std::vector<std::string> types(std::uint32_t kind) const;
  std::vector<PluginEntry> entries() const;
  std::vector<DirectoryEntry> directories() const;

 private:
  struct Known {
    FileStamp stamp;
    std::string content;  // SHA-256 of what was read last; empty: nothing could be read
    const PluginLibrary* library = nullptr;
    std::string error;
  };
  enum class Retry { changed, refused_too };

  struct Sight {
    std::vector<PluginEntry> entries;
    std::vector<DirectoryEntry> directories;
  };

  // All with looking_ held.
  void look_around(Retry);
  void look_into(DirectoryEntry&, Retry, std::map<std::string, Known>& before);
  void look_at(const PluginDirectory&, const std::string& name, Known&, Retry) const;
  void load(const PluginDirectory&, const std::string& name, Known&, bool again) const;
  FoundComponent provider(std::uint32_t kind, std::string_view type) const;
  PluginEntry entry_of(const std::string& path) const;
  void show();

  std::shared_ptr<const Sight> sight() const;

  const CatalogSettings settings_;
  static constexpr std::chrono::seconds retry_refused_every{10};
  mutable std::mutex looking_;  // guards the next four, and loading; the outer one of the two
  std::optional<std::chrono::steady_clock::time_point> retried_;
  std::vector<DirectoryEntry> directories_;
  std::map<std::string, Known> known_;  // by path
  std::vector<std::string> order_;      // paths in order of precedence
  mutable std::mutex mutex_;            // guards sight_
  std::shared_ptr<const Sight> sight_ = std::make_shared<const Sight>();
};

}  // namespace connector_host::plugin
