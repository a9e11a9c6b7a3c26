#include "host/admin/generated_secret.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace connector_host::admin {
namespace {

constexpr std::size_t random_bytes = 32, longest_secret = 1024, shortest_secret = 16;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  const int number_;
};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// A link is not followed: its target would be another's choice.
bool is_ours_alone(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & 077) == 0;
}

// Empty: there is none that can be used.
std::string read_secret(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0 || !is_ours_alone(file.get())) return {};
  std::string text(longest_secret + 1, '\0');
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  text.resize(std::size_t(std::max<ssize_t>(size, 0)));
  if (text.ends_with('\n')) text.pop_back();
  const bool can_be_sent = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return text.size() >= shortest_secret && text.size() <= longest_secret && can_be_sent ? text : "";
}

// Whole under its name or not there at all, also when the process ends in the middle.
void write_secret(const std::string& path, const std::string& secret) {
  const std::string fresh = path + ".new", line = secret + "\n";
  ::unlink(fresh.c_str());
  const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) fail("cannot write " + fresh);
  if (::write(file.get(), line.data(), line.size()) != ssize_t(line.size()) || ::fsync(file.get()) != 0) fail("cannot write " + fresh);
  if (::rename(fresh.c_str(), path.c_str()) != 0) fail("cannot write " + path);
}

}  // namespace

std::string GeneratedSecret::random_text() {
  static constexpr char digits[] = "0123456789abcdef";
  std::array<unsigned char, random_bytes> bytes{};
  if (RAND_bytes(bytes.data(), int(bytes.size())) != 1) throw std::runtime_error("OpenSSL has no random bytes");
  std::string out;
  for (const unsigned char byte : bytes) out += {digits[byte >> 4], digits[byte & 15]};
  return out;
}

std::string GeneratedSecret::at(const std::string& path) {
  std::string secret = read_secret(path);
  if (!secret.empty()) return secret;
  secret = random_text();
  write_secret(path, secret);
  return secret;
}

}  // namespace connector_host::admin
