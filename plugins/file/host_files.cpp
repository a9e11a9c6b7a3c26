#include "plugins/file/host_files.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <connector/error.hpp>
#include <filesystem>
#include <memory>
#include <utility>

namespace connector_host_plugins::file {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

HostFiles::Opened HostFiles::open(const std::string& path, int flags, unsigned mode) const {
  connector::OpenedFile opened = host_.open_file(connector::FilePurpose::data, path, flags, mode);
  return {OwnedFd(opened.fd), opened.error, std::move(opened.why)};
}

std::optional<struct stat> HostFiles::status(const std::string& path) const {
  const Opened opened = open(path, O_PATH);
  if (may_pass(opened.error))
    throw connector::not_connected("cannot look at '" + path + "': " + opened.why);
  struct stat now{};
  if (!opened.fd || ::fstat(opened.fd.get(), &now) != 0) return std::nullopt;
  return now;
}

std::vector<std::string> HostFiles::names_in(const std::string& folder) const {
  Opened opened = open(folder, O_RDONLY | O_DIRECTORY);
  if (may_pass(opened.error))
    throw connector::not_connected("cannot list '" + folder + "': " + opened.why);
  std::vector<std::string> names;
  const std::unique_ptr<DIR, CloseFolder> list(opened.fd ? ::fdopendir(opened.fd.get()) : nullptr);
  if (!list) return names;
  opened.fd.release();  // the list's from here on
  while (const dirent* each = ::readdir(list.get())) names.emplace_back(each->d_name);
  return names;
}

std::string folder_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

bool may_pass(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO || error == ESTALE;
}

}  // namespace connector_host_plugins::file
