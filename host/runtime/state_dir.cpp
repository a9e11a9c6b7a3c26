#include "host/runtime/state_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <random>
#include <system_error>
#include <thread>

#include "host/plugin/sha256.hpp"
#include "host/runtime/durable_file.hpp"

namespace connector_host::runtime {
namespace {

constexpr std::size_t longest_file_name = 200;  // NAME_MAX is 255, and DurableFile needs room for an ending

std::string random_id() {
  std::random_device device;
  std::string id;
  for (int i = 0; i < 16; ++i) id += "0123456789abcdef"[device() & 15];
  return id;
}

bool is_id(const std::string& text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string digest_of(std::string_view text) {
  plugin::Sha256 digest;
  digest.add(text.data(), text.size());
  return digest.finish();
}

// As a file name, a long one cut and told apart by its digest: letters, digits, '-', '_' and '.' stay (not at the start), the rest is percent-encoded.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && !out.empty());
    if (plain)
      out += c;
    else
      out += {'%', "0123456789ABCDEF"[(c >> 4) & 15], "0123456789ABCDEF"[c & 15]};
  }
  if (out.size() <= longest_file_name) return out;
  return out.substr(0, longest_file_name - 65) + "-" + digest_of(text);
}

}  // namespace

StateDir::StateDir(std::string path, std::chrono::milliseconds patience) : path_(std::move(path)) {
  try {
    prepare();
    lock(patience);
    read_worker_id();
  } catch (const std::exception& error) {
    why_not_ = error.what();
    worker_id_ = random_id();
  }
}

StateDir::~StateDir() {
  if (lock_ >= 0) ::close(lock_);
}

void StateDir::prepare() {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) throw std::system_error(error, "cannot create state_dir " + path_);
}

void StateDir::lock(std::chrono::milliseconds patience) {
  const std::string file = path_ + "/lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) throw std::system_error(errno, std::generic_category(), "cannot write state_dir " + path_);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  do {
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
    if (patience.count() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));  // flock(2) knows no time limit
  } while (std::chrono::steady_clock::now() < deadline);
  ::close(lock_);
  lock_ = -1;
  throw std::runtime_error("state_dir " + path_ + " is in use by another connector-host");
}

void StateDir::read_worker_id() {
  const DurableFile file(path_ + "/worker-id");
  worker_id_ = file.read().value_or("");
  if (is_id(worker_id_)) return;
  worker_id_ = random_id();
  file.write(worker_id_);
}

std::string StateDir::file_of(std::string_view instance, std::string_view name) const {
  return path_ + "/states/" + encoded(instance) + "/" + encoded(name);
}

std::optional<std::string> StateDir::get(std::string_view instance, std::string_view name) const {
  if (!usable()) return std::nullopt;
  std::lock_guard lock(mutex_);
  return DurableFile(file_of(instance, name)).read();
}

void StateDir::put(std::string_view instance, std::string_view name, std::string_view value) {
  if (!usable()) throw std::runtime_error(why_not_);
  const std::string file = file_of(instance, name);
  std::lock_guard lock(mutex_);
  DurableFile(file).write(value);
}

void StateDir::erase(std::string_view instance, std::string_view name) {
  if (!usable()) throw std::runtime_error(why_not_);
  std::lock_guard lock(mutex_);
  DurableFile(file_of(instance, name)).remove();
}

std::vector<std::pair<std::string, std::optional<std::string>>> StateDir::values(std::string_view instance) const {
  std::vector<std::pair<std::string, std::optional<std::string>>> out;
  if (!usable()) return out;
  std::lock_guard lock(mutex_);
  std::error_code error;
  const std::filesystem::directory_iterator end;
  for (std::filesystem::directory_iterator at(path_ + "/states/" + encoded(instance), error); !error && at != end; at.increment(error)) {
    const std::string file = at->path().string();
    if (!DurableFile::is_unfinished(file)) out.emplace_back(file, DurableFile(file).read());
  }
  return out;
}

}  // namespace connector_host::runtime
