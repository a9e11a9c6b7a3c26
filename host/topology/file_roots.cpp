#include "host/topology/file_roots.hpp"

#include <filesystem>
#include <system_error>

#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

// As realpath(3), also of what does not exist yet.
std::string resolved(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  const std::filesystem::path real = std::filesystem::weakly_canonical(absolute, error);
  std::string out = (error ? absolute : real).lexically_normal().string();
  if (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

bool is_within(const std::string& path, const std::string& folder) {
  return path == folder || folder == "/" || path.starts_with(folder + "/");
}

}  // namespace

FileRoots::FileRoots(const TopologyConfig& config, const std::string& file, const std::vector<std::string>& plugin_dirs, Problems& problems)
    : problems_(problems) {
  for (const char* each : {"/proc", "/sys", "/dev"}) protected_.emplace_back("the kernel's " + std::string(each), each);
  protected_.emplace_back("the state directory", resolved(config.state_dir));
  for (const std::string& each : plugin_dirs) protected_.emplace_back("the plugin folder " + shown_name(each), resolved(each));
  protected_.emplace_back("the topology file", resolved(file));
}

void FileRoots::check(const Node* admin, const char* key, std::vector<std::string>& roots) const {
  const Node* list = admin ? admin->find(key) : nullptr;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    const bool has_item = list && i < list->children.size();
    const Position at = has_item ? list->children[i].at : list ? list->at : Position{};
    const std::string path = path_of("admin", key) + "[" + std::to_string(i) + "]";
    std::string& root = roots[i];
    if (!root.starts_with('/')) {
      problems_.add(at, code::file_root, path, "'" + shown_name(root) + "' is no absolute path", "write the whole path of a folder, from / on");
      continue;
    }
    root = std::filesystem::path(root).lexically_normal().string();
    if (root.size() > 1 && root.ends_with('/')) root.pop_back();
    const std::string why = why_not(root);
    if (!why.empty())
      problems_.add(at, code::file_root, path, "'" + shown_name(root) + "' " + why, "name a folder that holds files for connectors and nothing else");
  }
}

std::string FileRoots::why_not(const std::string& root) const {
  const std::string real = resolved(root);
  for (const auto& [what, path] : protected_) {
    if (is_within(path, real)) return (path == real ? "is " : "contains ") + what;
    if (is_within(real, path)) return "is inside " + what;
  }
  return "";
}

}  // namespace connector_host::topology
