#include "host/plugin/instance.hpp"

#include <cstddef>
#include <stdexcept>
#include <type_traits>

#include "connector/view.hpp"

namespace connector_host::plugin {
namespace {

using namespace std::chrono_literals;

// Every kind's operations begin alike: struct_size, reserved, lifecycle.
struct AnyOps {
  std::uint32_t struct_size, reserved;
  const connector_lifecycle_ops* lifecycle;
};
static_assert(offsetof(connector_source_ops, lifecycle) == offsetof(AnyOps, lifecycle));
static_assert(offsetof(connector_dedup_ops, lifecycle) == offsetof(AnyOps, lifecycle));
static_assert(offsetof(connector_transform_ops, lifecycle) == offsetof(AnyOps, lifecycle));
static_assert(offsetof(connector_sink_ops, lifecycle) == offsetof(AnyOps, lifecycle));

}  // namespace

Instance::Instance(const connector_component& component, const connector_host_api& host, std::string_view config_json)
    : component_(&component), turns_(lifecycle().max_parallel) {
  Call call(0ms);
  self_ = component.create(&host, connector::view(config_json), call.raw());
  if (!self_) throw std::runtime_error(call.result(CONNECTOR_BAD_CONFIG).message);
}

Instance::~Instance() {
  close();
  component_->destroy(self_);
}

CallResult Instance::open(std::chrono::milliseconds timeout) {
  if (!CONNECTOR_HAS_OP(lifecycle(), open)) return {};
  Call call(timeout);
  return call.result(lifecycle().open(self_, call.raw()));
}

CallResult Instance::check(std::chrono::milliseconds timeout) {
  if (!CONNECTOR_HAS_OP(lifecycle(), check)) return {};
  const Turns::Turn turn(turns_);
  Call call(timeout);
  return call.result(lifecycle().check(self_, call.raw()));
}

void Instance::cancel() {
  if (CONNECTOR_HAS_OP(lifecycle(), cancel)) lifecycle().cancel(self_);
}

void Instance::close() {
  if (CONNECTOR_HAS_OP(lifecycle(), close)) lifecycle().close(self_);
}

CallResult Instance::identity(std::string& text, std::chrono::milliseconds timeout) {
  text.clear();
  if (!CONNECTOR_HAS_OP(lifecycle(), identity)) return {};
  const Turns::Turn turn(turns_);
  Call call(timeout);
  return call.result(lifecycle().identity(self_, take_text, &text, call.raw()));
}

CallResult Instance::keep_order(std::string& condition) {
  condition.clear();
  if (!CONNECTOR_HAS_OP(lifecycle(), keep_order)) return {};
  Call call(0ms);
  return call.result(lifecycle().keep_order(self_, take_text, &condition, call.raw()));
}

void Instance::take_text(void* text, connector_view line) {
  static_cast<std::string*>(text)->assign(line.data ? line.data : "", line.size);
}

const connector_lifecycle_ops& Instance::lifecycle() const {
  return *static_cast<const AnyOps*>(component_->ops)->lifecycle;
}

}  // namespace connector_host::plugin
