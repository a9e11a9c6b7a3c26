#pragma once
// PluginUnderTest, FakeHost and Driver: drive a built plugin through its C table, as the host does, without a host.
//
// For tests of plugins, ours and yours: load the .so, pick a component by type, create an instance from a JSON text (every
// declared option must be in it, null where it is unset: see with_defaults), and call its operations. One thread at a
// time uses a Driver, but for the operations that abi.h calls [parallel] or [thread-safe].
#include <dlfcn.h>
#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/abi.h"
#include "connector/view.hpp"

namespace connector::testing {

// The library is loaded for good, as the host does it.
class PluginUnderTest {
 public:
  explicit PluginUnderTest(const std::string& path) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(dlerror());
    plugin_ = static_cast<const connector_plugin*>(dlsym(library, CONNECTOR_PLUGIN_SYMBOL));
    if (!plugin_) throw std::runtime_error(path + " exports no " CONNECTOR_PLUGIN_SYMBOL);
  }
  const connector_plugin& table() const { return *plugin_; }
  const connector_component& component(std::uint32_t kind, std::string_view type) const {
    for (std::uint64_t i = 0; i < plugin_->component_count; ++i) {
      const connector_component& each = *plugin_->components[i];
      if (each.kind == kind && text(each.type) == type) return each;
    }
    throw std::runtime_error("no such component: " + std::string(type));
  }

 private:
  const connector_plugin* plugin_;
};

// Collects what an instance tells its host. Thread-safe.
class FakeHost {
  template <class F>
  auto locked(F&& f) const {
    std::lock_guard lock(mutex_);
    return f();
  }

 public:
  FakeHost() { host_ = {sizeof host_, CONNECTOR_ABI_MINOR, this, view("test/0"), log, add, set, observe, stopping, state_get, state_put, open_file, confines}; }
  const connector_host_api* raw() const { return &host_; }

  std::vector<std::string> logged() const {
    return locked([&] { return logged_; });
  }
  double metric(std::uint32_t index) const {
    return locked([&] {
      const auto found = metrics_.find(index);
      return found == metrics_.end() ? 0.0 : found->second;
    });
  }
  void stop() { stopping_ = true; }
  // From now on as a host that confines the instance: only paths that begin with this text may be opened.
  void confine_files_to(std::string beginning) {
    locked([&] {
      confined_ = true;
      allowed_ = std::move(beginning);
    });
  }
  // Every path that the instance opened, or tried to, through its host.
  std::vector<std::string> opened_files() const {
    return locked([&] { return opened_; });
  }
  std::map<std::string, std::string, std::less<>> state() const {
    return locked([&] { return state_; });
  }

 private:
  static FakeHost& of(void* self) { return *static_cast<FakeHost*>(self); }
  static void log(void* self, std::int32_t, connector_view message) {
    of(self).locked([&] { of(self).logged_.emplace_back(text(message)); });
  }
  static void add(void* self, std::uint32_t metric, double amount) {
    of(self).locked([&] { of(self).metrics_[metric] += amount; });
  }
  static void set(void* self, std::uint32_t metric, double value) {
    of(self).locked([&] { of(self).metrics_[metric] = value; });
  }
  static void observe(void* self, std::uint32_t metric, const double*, std::uint64_t count) { add(self, metric, double(count)); }
  static std::uint32_t stopping(void* self) { return of(self).stopping_ ? 1 : 0; }
  static connector_code state_get(void* self, connector_view name, void (*with)(void*, connector_view), void* arg) {
    std::string value;
    {
      std::lock_guard lock(of(self).mutex_);
      const auto found = of(self).state_.find(text(name));
      if (found == of(self).state_.end()) return CONNECTOR_REJECTED;
      value = found->second;
    }
    with(arg, view(value));
    return CONNECTOR_OK;
  }
  static connector_code state_put(void* self, connector_view name, connector_view value) {
    of(self).locked([&] { of(self).state_.insert_or_assign(std::string(text(name)), std::string(text(value))); });
    return CONNECTOR_OK;
  }
  static std::int32_t open_file(void* self, std::uint32_t, connector_view path, std::int32_t flags, std::uint32_t mode, void (*with)(void*, connector_view),
                                void* arg) {
    const std::string name(text(path));
    const bool refused = of(self).locked([&] {
      of(self).opened_.push_back(name);
      return of(self).confined_ && !name.starts_with(of(self).allowed_);
    });
    if (refused && with) with(arg, view("the test allows no such file"));
    if (refused) return -EACCES;
    const int fd = ::open(name.c_str(), flags | O_CLOEXEC, mode);
    return fd < 0 ? -errno : fd;
  }
  static std::uint32_t confines(void* self, std::uint32_t, connector_view) {
    return of(self).locked([&] { return of(self).confined_; }) ? 1 : 0;
  }

  connector_host_api host_{};
  mutable std::mutex mutex_;  // guards all below but stopping_
  std::vector<std::string> logged_;
  std::map<std::uint32_t, double> metrics_;
  std::map<std::string, std::string, std::less<>> state_;
  std::vector<std::string> opened_;
  bool confined_ = false;
  std::string allowed_;
  std::atomic<bool> stopping_ = false;
};

// One call with its reasons.
class TestCall {
 public:
  explicit TestCall(std::uint32_t timeout_ms = 5000) {
    raw_.struct_size = sizeof raw_;
    raw_.timeout_ms = timeout_ms;
    raw_.self = this;
    raw_.explain = [](connector_call* call, std::uint64_t index, connector_view why) { static_cast<TestCall*>(call->self)->reasons_[index] = text(why); };
  }
  TestCall(const TestCall&) = delete;
  TestCall& operator=(const TestCall&) = delete;
  operator connector_call*() { return &raw_; }
  std::string message() const { return raw_.message; }
  std::string reason(std::uint64_t index) const {
    const auto found = reasons_.find(index);
    return found == reasons_.end() ? std::string() : found->second;
  }
  std::uint32_t retry_after_ms() const { return raw_.retry_after_ms; }

 private:
  connector_call raw_{};
  std::map<std::uint64_t, std::string> reasons_;
};

// Takes the text that identity and bind give to with(arg, text): `take` is with, its address is arg.
struct OneText {
  static void take(void* arg, connector_view given) {
    OneText& self = *static_cast<OneText*>(arg);
    self.text = connector::text(given);
    ++self.calls;
  }
  std::string text;
  int calls = 0;
};

// True when a table has an operation that a later minor added: the table is long enough for it, and it is not null.
template <class Ops, class Operation>
bool has_operation(const Ops& ops, Operation Ops::* member) {
  const auto end = reinterpret_cast<const char*>(&(ops.*member) + 1) - reinterpret_cast<const char*>(&ops);
  return ops.struct_size >= std::uint32_t(end) && ops.*member != nullptr;
}

// An instance: created here, closed and destroyed with the driver. Ops is connector_source_ops, connector_sink_ops, ….
template <class Ops>
class Driver {
 public:
  Driver(const connector_component& component, std::string_view config_json, FakeHost& host) : component_(&component) {
    TestCall call;
    self_ = component.create(host.raw(), view(config_json), call);
    if (!self_) throw std::runtime_error(call.message());
  }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver() {
    lifecycle().close(self_);
    component_->destroy(self_);
  }
  const Ops& ops() const { return *static_cast<const Ops*>(component_->ops); }
  const connector_lifecycle_ops& lifecycle() const { return *ops().lifecycle; }
  void* self() const { return self_; }
  connector_code open(TestCall& call) { return lifecycle().open(self_, call); }
  connector_code open() {
    TestCall call(15000);
    const connector_code code = open(call);
    if (code != CONNECTOR_OK) throw std::runtime_error("open: " + call.message());
    return code;
  }

 private:
  const connector_component* component_;
  void* self_ = nullptr;
};

using SourceDriver = Driver<connector_source_ops>;
using SinkDriver = Driver<connector_sink_ops>;
using DedupDriver = Driver<connector_dedup_ops>;
using TransformDriver = Driver<connector_transform_ops>;

}  // namespace connector::testing
