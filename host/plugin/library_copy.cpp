#include "host/plugin/library_copy.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "host/plugin/file_status.hpp"
#include "host/plugin/plugin_error.hpp"
#include "host/plugin/sha256.hpp"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U  // Linux 6.3; older kernels answer EINVAL
#endif

namespace connector_host::plugin {
namespace {

bool same_moment(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

void write_all(int descriptor, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(descriptor, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw PluginError::of_errno("cannot be copied");
    data += written;
    size -= std::size_t(written);
  }
}

// A system may forbid code from memory files (vm.memfd_noexec, SELinux) or from a directory (noexec): then mapping a page
// fails.
bool may_run_from(int descriptor) {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, descriptor, 0);
  if (page == MAP_FAILED) return false;
  ::munmap(page, 4096);
  return true;
}

}  // namespace

LibraryCopy::LibraryCopy(int source, std::string_view name, const std::vector<std::string>& scratch, CopyTo to) {
  const struct stat before = status_of(source);
  if (!S_ISREG(before.st_mode)) throw PluginError("is not a regular file");
  if (std::uint64_t(before.st_size) > largest) throw PluginError("is larger than " + std::to_string(largest >> 20) + " MiB; strip it (strip --strip-debug)");
  if (to == CopyTo::file || !make_memory_file(name)) make_file(scratch);
  fill(source);
  const struct stat after = status_of(source);
  if (size_ != std::uint64_t(before.st_size) || before.st_size != after.st_size || !same_moment(before.st_mtim, after.st_mtim))
    throw PluginError("was being written while it was read; look again once it is whole");
  seal();
}

void LibraryCopy::RemoveDirectory::operator()(const std::string* path) const {
  std::error_code ignored;  // what stays behind is a file of ours in a directory of ours, and is never used again
  std::filesystem::remove_all(*path, ignored);
  delete path;
}

bool LibraryCopy::make_memory_file(std::string_view name) {
  const std::string label = "connector-plugin:" + std::string(name.substr(0, 200));  // the system allows 249 bytes
  const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  file_.reset(::memfd_create(label.c_str(), flags | MFD_EXEC));
  if (!file_.is_open() && errno == EINVAL) file_.reset(::memfd_create(label.c_str(), flags));
  if (!file_.is_open()) return false;
  path_ = "/proc/self/fd/" + std::to_string(file_.get());
  // Without /proc there is no path to load it by.
  if (may_run_from(file_.get()) && ::access(path_.c_str(), F_OK) == 0) return true;
  file_.reset();
  return false;
}

void LibraryCopy::make_file(std::vector<std::string> scratch) {
  std::error_code unusable;
  if (scratch.empty()) scratch.push_back(std::filesystem::temp_directory_path(unusable).string());
  std::string reasons;
  for (const std::string& each : scratch) {
    const std::string reason = make_file_in(each);
    if (reason.empty()) return;
    reasons += (reasons.empty() ? "" : ", ") + each + " (" + reason + ")";
  }
  throw PluginError("cannot be copied to " + reasons + "; set TMPDIR to a directory that the host can write and that is not mounted noexec");
}

// Empty, or why the file cannot be there.
std::string LibraryCopy::make_file_in(const std::string& directory) {
  std::string pattern = directory + "/connector-plugin-XXXXXX";
  if (!::mkdtemp(pattern.data())) return std::generic_category().message(errno);
  directory_.reset(new std::string(pattern));
  path_ = pattern + "/copy.so";
  file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  std::string reason = file_.is_open() ? "code may not be mapped from it" : std::generic_category().message(errno);
  if (file_.is_open() && may_run_from(file_.get())) return {};
  file_.reset();
  directory_.reset();
  return reason;
}

void LibraryCopy::fill(int source) {
  Sha256 hash;
  std::vector<char> buffer(256 * 1024);
  for (;;) {
    const ssize_t got = ::pread(source, buffer.data(), buffer.size(), off_t(size_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw PluginError::of_errno("cannot be read");
    if (got == 0) break;
    size_ += std::uint64_t(got);
    if (size_ > largest) throw PluginError("grows while it is read");
    hash.add(buffer.data(), std::size_t(got));
    write_all(file_.get(), buffer.data(), std::size_t(got));
  }
  sha256_ = hash.finish();
}

// From here on nobody changes it, not even this process.
void LibraryCopy::seal() {
  if (!directory_) {
    if (::fcntl(file_.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) throw PluginError::of_errno("cannot be sealed");
    return;
  }
  const std::string final_path = *directory_ + "/" + sha256_ + ".so";
  if (::fchmod(file_.get(), 0400) != 0 || ::rename(path_.c_str(), final_path.c_str()) != 0) throw PluginError::of_errno("cannot be copied to " + final_path);
  path_ = final_path;
}

}  // namespace connector_host::plugin
