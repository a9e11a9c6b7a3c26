#pragma once
// StateDir: the host's own directory: the worker id, made once and kept, and small states of plugin instances.
//
// A lock on it tells two hosts apart: who finds it locked, or cannot write it, works with a random id and without states,
// and says so in why_not(). So a restarted host takes its own claims back at once and two hosts never share a name.
// Thread-safe. The lock is held as long as this lives, and ends with the process however it ends (flock(2)).
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace connector_host::runtime {

class StateDir {
 public:
  // patience: for a host that is just ending to give it free.
  explicit StateDir(std::string path, std::chrono::milliseconds patience = std::chrono::milliseconds(0));
  ~StateDir();
  StateDir(const StateDir&) = delete;
  StateDir& operator=(const StateDir&) = delete;

  bool usable() const { return why_not_.empty(); }
  // Empty when usable.
  const std::string& why_not() const { return why_not_; }
  const std::string& worker_id() const { return worker_id_; }

  // States of one instance ("connector/task"); names are any text. put throws std::system_error; not usable: too.
  std::optional<std::string> get(std::string_view instance, std::string_view name) const;
  void put(std::string_view instance, std::string_view name, std::string_view value);
  // Durable as well. Throws as put does; what is not there is no error.
  void erase(std::string_view instance, std::string_view name);
  // Of all names of the instance, in no order: the file and what it holds; nothing: it cannot be read.
  std::vector<std::pair<std::string, std::optional<std::string>>> values(std::string_view instance) const;

 private:
  void prepare();
  void lock(std::chrono::milliseconds patience);
  void read_worker_id();
  std::string file_of(std::string_view instance, std::string_view name) const;

  const std::string path_;
  std::string why_not_;
  std::string worker_id_;
  int lock_ = -1;
  mutable std::mutex mutex_;  // one writer at a time
};

}  // namespace connector_host::runtime
