#include "host/runtime/durable_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace connector_host::runtime {
namespace {

constexpr const char* unfinished = "~";  // the ending of the file that is written beside

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (fd_ < 0) fail("cannot open " + path);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(fd_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write " + path_);
      text.remove_prefix(std::size_t(written));
    }
  }
  void sync() const {
    if (::fsync(fd_) != 0) fail("cannot sync " + path_);
  }

 private:
  const std::string path_;
  const int fd_;
};

void sync_folder(const std::filesystem::path& folder) {
  Descriptor(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY).sync();
}

// Each that is new is synced into the one above it, as a file is.
void make_folders(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::exists(folder)) return;
  make_folders(folder.parent_path());
  std::filesystem::create_directory(folder);
  sync_folder(folder.parent_path());
}

}  // namespace

void DurableFile::write(std::string_view text) const {
  const std::string beside = path_ + unfinished;
  make_folders(folder());
  {
    const Descriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(text);
    file.sync();
  }
  if (std::rename(beside.c_str(), path_.c_str()) != 0) fail("cannot replace " + path_);
  sync_folder(folder());
}

void DurableFile::remove() const {
  if (::unlink(path_.c_str()) != 0) {
    if (errno == ENOENT) return;
    fail("cannot remove " + path_);
  }
  sync_folder(folder());
}

std::filesystem::path DurableFile::folder() const {
  return std::filesystem::path(path_).parent_path();
}

bool DurableFile::is_unfinished(std::string_view path) {
  return path.ends_with(unfinished);
}

std::optional<std::string> DurableFile::read() const {
  std::ifstream file(path_, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace connector_host::runtime
