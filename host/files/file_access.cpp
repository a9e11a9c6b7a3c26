#include "host/files/file_access.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace connector_host::files {
namespace {

// The file of records itself, its folder, and files beside it that were rotated away: their names
// begin with its own.
bool belongs_to(const std::string& path, const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path().string();
  if (path == (folder.empty() ? "." : folder)) return true;
  return path.starts_with(file) && path.find('/', file.size()) == std::string::npos;
}

}  // namespace

FileAccess::FileAccess(std::optional<Confinement> confinement) {
  if (!confinement) return;
  data_.emplace(Confined{std::move(confinement->data.as_in_topology), ConfinedOpener(std::move(confinement->data.roots), "admin.file_roots")});
  credentials_.emplace(
      Confined{std::move(confinement->credentials.as_in_topology), ConfinedOpener(std::move(confinement->credentials.roots), "admin.credential_roots")});
}

Opened FileAccess::open(Purpose purpose, const std::string& path, int flags, unsigned mode) const {
  if (confines(purpose, path)) return of(purpose).opener.open(path, flags, mode);
  if (path.find('\0') != std::string::npos) return {-1, EINVAL, {}};
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  return {fd, fd < 0 ? errno : 0, {}};
}

bool FileAccess::confines(Purpose purpose, const std::string& path) const {
  if (!data_) return false;
  const std::set<std::string>& known = of(purpose).as_in_topology;
  if (purpose == Purpose::credential) return !known.contains(path);
  return std::none_of(known.begin(), known.end(), [&](const std::string& file) { return belongs_to(path, file); });
}

std::optional<FileRefusal> FileAccess::refusal(Purpose purpose, const std::string& path) const {
  if (!confines(purpose, path)) return std::nullopt;
  const Opened opened = of(purpose).opener.open(path, O_PATH, 0);
  if (opened.fd >= 0) ::close(opened.fd);
  return opened.refusal;
}

}  // namespace connector_host::files
