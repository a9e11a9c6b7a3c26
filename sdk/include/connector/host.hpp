#pragma once
// Host: what the host lends to one instance, from its constructor to its destructor.
//
// Cheap to copy, usable on any thread. Logging is for rare events; nothing here may carry a record's body or a secret.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "connector/abi.h"
#include "connector/error.hpp"
#include "connector/view.hpp"

namespace connector {

enum class FilePurpose : std::uint32_t { data = CONNECTOR_FILE_DATA, credential = CONNECTOR_FILE_CREDENTIAL };

struct OpenedFile {
  int fd = -1;      // the caller closes it
  int error = 0;    // errno; 0 when it was opened
  std::string why;  // the error for people, without the path

  explicit operator bool() const { return fd >= 0; }
};

class Host {
 public:
  explicit Host(const connector_host_api* host) : host_(host) {}

  std::string_view instance() const { return text(host_->instance); }
  void debug(std::string_view message) const { log(CONNECTOR_LOG_DEBUG, message); }
  void info(std::string_view message) const { log(CONNECTOR_LOG_INFO, message); }
  void warn(std::string_view message) const { log(CONNECTOR_LOG_WARN, message); }
  void error(std::string_view message) const { log(CONNECTOR_LOG_ERROR, message); }

  // metric: its place in the component's `metrics`.
  void add(std::uint32_t metric, double amount = 1) const { host_->add(host_->self, metric, amount); }
  void set(std::uint32_t metric, double value) const { host_->set(host_->self, metric, value); }
  void observe(std::uint32_t metric, std::span<const double> values) const { host_->observe(host_->self, metric, values.data(), values.size()); }
  bool stopping() const { return host_->stopping(host_->self) != 0; }

  // A small state that survives a restart; nothing when there is none. Throws when there is no memory for it, but never
  // through the host, which calls us back.
  std::optional<std::string> state(std::string_view name) const {
    struct {
      std::optional<std::string> value;
      std::exception_ptr failure;
    } found;
    auto take = [](void* arg, connector_view value) {
      auto& into = *static_cast<decltype(found)*>(arg);
      try {
        into.value.emplace(text(value));
      } catch (...) {
        into.failure = std::current_exception();
      }
    };
    host_->state_get(host_->self, view(name), take, &found);
    if (found.failure) std::rethrow_exception(found.failure);
    return std::move(found.value);
  }
  // Durable when it returns OK.
  connector_code keep_state(std::string_view name, std::string_view value) const { return host_->state_put(host_->self, view(name), view(value)); }

  // open(2) of a path that an option names (Option::data_path, Option::credential_path), or that is
  // made of one. The host decides whether this instance may open it.
  OpenedFile open_file(FilePurpose purpose, const std::string& path, int flags, std::uint32_t mode = 0) const {
    OpenedFile out;
    if (path.find('\0') != std::string::npos) {
      out.error = EINVAL;
    } else if (!knows_files()) {
      out.fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
      if (out.fd < 0) out.error = errno;
    } else {
      const auto take = [](void* arg, connector_view why) {
        try {
          *static_cast<std::string*>(arg) = text(why);
        } catch (const std::exception&) {  // the errno remains; the host's frames must see no exception
        }
      };
      out.fd = host_->open_file(host_->self, std::uint32_t(purpose), view(path), flags, mode, take, &out.why);
      if (out.fd < 0) out.error = -std::exchange(out.fd, -1);
    }
    if (out.error != 0 && out.why.empty()) out.why = std::generic_category().message(out.error);
    return out;
  }
  // The whole file. Throws connector::Error: RETRIABLE where the system is short of something, else
  // BAD_CONFIG, also for a file of more than `most` bytes.
  std::string read_file(FilePurpose purpose, const std::string& path, std::size_t most = 1024 * 1024) const {
    const OpenedFile file = open_file(purpose, path, O_RDONLY | O_NOCTTY);
    if (!file) throw unreadable(path, file.error, file.why);
    std::string out(most + 1, '\0');
    std::size_t size = 0;
    int error = 0;
    while (size < out.size() && error == 0) {
      const ssize_t got = ::read(file.fd, out.data() + size, out.size() - size);
      if (got == 0) break;
      if (got > 0) size += std::size_t(got);
      if (got < 0 && errno != EINTR) error = errno;
    }
    ::close(file.fd);
    if (error != 0) throw unreadable(path, error, std::generic_category().message(error));
    if (size > most) throw bad_config("cannot use " + path + ": it has more than " + std::to_string(most) + " bytes");
    out.resize(size);
    return out;
  }
  // True: open_file decides about this path, so no library may open it by itself.
  bool confines(FilePurpose purpose, std::string_view path) const {
    return knows_files() && host_->confines(host_->self, std::uint32_t(purpose), view(path)) != 0;
  }

 private:
  // open_file and confines came together, with 1.1.
  bool knows_files() const {
    constexpr std::size_t end = offsetof(connector_host_api, confines) + sizeof(host_->confines);
    return host_->struct_size >= end && host_->open_file && host_->confines;
  }
  static Error unreadable(const std::string& path, int error, const std::string& why) {
    const bool may_pass = error == EMFILE || error == ENFILE || error == ENOMEM || error == EIO || error == ESTALE;
    return {may_pass ? CONNECTOR_RETRIABLE : CONNECTOR_BAD_CONFIG, "cannot use " + path + ": " + why};
  }
  void log(std::int32_t level, std::string_view message) const { host_->log(host_->self, level, view(message)); }

  const connector_host_api* host_;
};

}  // namespace connector
