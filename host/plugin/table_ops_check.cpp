// The part of TableCheck that knows the operations of each kind.
#include <cstddef>
#include <initializer_list>

#include "host/plugin/table_check.hpp"

namespace connector_host::plugin {
namespace {

// An operation that its kind cannot do without.
struct Needed {
  const char* name;
  std::size_t offset;
};

// The operations as they lie in memory: all of them are function pointers of one size.
bool has(const void* ops, std::uint32_t struct_size, std::size_t offset) {
  using Operation = void (*)();
  if (struct_size < offset + sizeof(Operation)) return false;
  return *reinterpret_cast<const Operation*>(static_cast<const char*>(ops) + offset) != nullptr;
}

std::initializer_list<Needed> needed_of(std::uint32_t kind) {
  static constexpr std::initializer_list<Needed> source = {{"poll", offsetof(connector_source_ops, poll)},
                                                           {"wake", offsetof(connector_source_ops, wake)},
                                                           {"ack", offsetof(connector_source_ops, ack)},
                                                           {"nack", offsetof(connector_source_ops, nack)}};
  static constexpr std::initializer_list<Needed> dedup = {{"claim", offsetof(connector_dedup_ops, claim)},
                                                          {"renew", offsetof(connector_dedup_ops, renew)},
                                                          {"commit", offsetof(connector_dedup_ops, commit)},
                                                          {"release", offsetof(connector_dedup_ops, release)}};
  static constexpr std::initializer_list<Needed> transform = {{"apply", offsetof(connector_transform_ops, apply)}};
  static constexpr std::initializer_list<Needed> sink = {{"write", offsetof(connector_sink_ops, write)}};
  if (kind == CONNECTOR_SOURCE) return source;
  if (kind == CONNECTOR_DEDUP) return dedup;
  return kind == CONNECTOR_TRANSFORM ? transform : sink;
}

// Every kind's operations begin alike.
struct OpsHead {
  std::uint32_t struct_size, reserved;
  const connector_lifecycle_ops* lifecycle;
};

}  // namespace

void TableCheck::check_ops(const connector_component& component) const {
  if (!component.ops) refuse("has no operations (ops is null)");
  const auto& ops = *static_cast<const OpsHead*>(component.ops);
  check_size(ops.struct_size, sizeof(OpsHead), "ops");
  if (!ops.lifecycle) refuse("ops->lifecycle is null");
  check_size(ops.lifecycle->struct_size, offsetof(connector_lifecycle_ops, open), "ops->lifecycle");
  for (const Needed& each : needed_of(component.kind))
    if (!has(component.ops, ops.struct_size, each.offset)) refuse(std::string("has no operation '") + each.name + "', which its kind cannot do without");
}

}  // namespace connector_host::plugin
