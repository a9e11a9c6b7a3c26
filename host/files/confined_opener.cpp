#include "host/files/confined_opener.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <utility>

namespace connector_host::files {
namespace {

constexpr int most_tries = 100;  // EAGAIN: something was renamed while the kernel walked the path

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Opened refused(std::string what, std::string fix) {
  return {-1, EACCES, FileRefusal{std::move(what), std::move(fix)}};
}

Opened not_regular() {
  return refused("is not a regular file", "name a regular file");
}

// O_PATH and openat2 take no flag that they would ignore.
open_how how_of(int flags, unsigned mode) {
  open_how how{};
  const bool only_path = (flags & O_PATH) != 0;
  const int wanted = only_path ? flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW) : flags | O_NONBLOCK | O_NOCTTY;
  how.flags = std::uint64_t(std::uint32_t(wanted | O_CLOEXEC));
  if (!only_path && (flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))) how.mode = mode & 0777;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return how;
}

// devtmpfs has the number of tmpfs, so it is told by its device.
bool is_device_folder(const struct stat& status) {
  struct stat devices{}, whole{};
  return ::stat("/dev", &devices) == 0 && ::stat("/", &whole) == 0 && devices.st_dev != whole.st_dev && status.st_dev == devices.st_dev;
}

bool is_of_the_kernel(int fd, const struct stat& status) {
  constexpr unsigned long shown_by_the_kernel[] = {PROC_SUPER_MAGIC, SYSFS_MAGIC, DEVPTS_SUPER_MAGIC, DEBUGFS_MAGIC,       TRACEFS_MAGIC,  SECURITYFS_MAGIC,
                                                   SELINUX_MAGIC,    SMACK_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, EFIVARFS_MAGIC, BPF_FS_MAGIC};
  struct statfs system{};
  if (::fstatfs(fd, &system) != 0) return true;
  const auto type = static_cast<unsigned long>(system.f_type) & 0xffffffffUL;
  return std::find(std::begin(shown_by_the_kernel), std::end(shown_by_the_kernel), type) != std::end(shown_by_the_kernel) || is_device_folder(status);
}

}  // namespace

ConfinedOpener::ConfinedOpener(std::vector<std::string> roots, std::string key, OpenAt2 open_at2)
    : roots_(std::move(roots)), key_(std::move(key)), open_at2_(std::move(open_at2)) {}

int ConfinedOpener::openat2_of_the_kernel(int folder, const char* path, const open_how& how) {
  return int(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

Opened ConfinedOpener::open(const std::string& path, int flags, unsigned mode) const {
  if (path.find('\0') != std::string::npos) return {-1, EINVAL, {}};
  if (path == "-") return refused("is standard input or output, which a connector made over REST may not use", "name a file below a folder of " + key_);
  if (!path.starts_with('/')) return refused("is a relative path", "write an absolute path, below a folder of " + key_);
  const std::string normal = std::filesystem::path(path).lexically_normal().string();
  const std::string* const root = root_of(normal);
  if (root) return open_below(*root, normal, flags, mode);
  return refused("is not below a folder of " + key_ + (roots_.empty() ? ", which is empty" : ""),
                 "add its folder to " + key_ + " in the topology file, or define the connector there");
}

// The longest, so that a root inside another one keeps its own links.
const std::string* ConfinedOpener::root_of(const std::string& path) const {
  const std::string* longest = nullptr;
  for (const std::string& each : roots_) {
    const bool holds_it = path == each || path.starts_with(each + "/");
    if (holds_it && (!longest || longest->size() < each.size())) longest = &each;
  }
  return longest;
}

Opened ConfinedOpener::open_below(const std::string& root, const std::string& path, int flags, unsigned mode) const {
  const Descriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return {-1, errno, {}};
  const std::string below = path.size() > root.size() + 1 ? path.substr(root.size() + 1) : ".";
  const open_how how = how_of(flags, mode);
  int fd = -1, error = EAGAIN;
  for (int tries = 0; fd < 0 && (error == EAGAIN || error == EINTR) && tries < most_tries; ++tries) {
    fd = open_at2_(folder.get(), below.c_str(), how);
    error = errno;
  }
  return fd < 0 ? failed(error, root, folder.get(), flags) : checked(fd, flags);
}

// EPERM has other reasons, too, such as a file that is marked immutable.
Opened ConfinedOpener::failed(int error, const std::string& root, int folder, int flags) const {
  if (error == ENOSYS || (error == EPERM && !is_available(folder)))
    return refused("cannot be confined, because openat2(2) is " + std::string(error == ENOSYS ? "missing" : "forbidden") + " here",
                   "use Linux 5.6 or later and a seccomp profile with openat2, or define the connector in the topology file");
  if (error == EXDEV) return refused("leaves " + root + " by a link or '..'", "name the file itself, below a folder of " + key_);
  if (error == ELOOP && !(flags & O_NOFOLLOW)) return refused("has a link that may not be followed", "name the file itself, below a folder of " + key_);
  if (error == ENXIO || error == ENODEV) return not_regular();
  return {-1, error, {}};
}

bool ConfinedOpener::is_available(int folder) const {
  const Descriptor probe(open_at2_(folder, ".", how_of(O_PATH, 0)));
  return probe.get() >= 0;
}

Opened ConfinedOpener::checked(int fd, int flags) const {
  Descriptor opened(fd);
  struct stat status{};
  if (::fstat(fd, &status) != 0) return {-1, errno, {}};
  const bool may_be_folder = (flags & (O_PATH | O_DIRECTORY)) != 0;
  if (!S_ISREG(status.st_mode) && !(may_be_folder && S_ISDIR(status.st_mode))) return not_regular();
  if (is_of_the_kernel(fd, status)) return refused("is on a file system of the kernel, such as procfs", "name a file on another one");
  return {opened.release(), 0, {}};
}

}  // namespace connector_host::files
