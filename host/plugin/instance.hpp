#pragma once
// Instance: one instance of a component, from create to destroy, and the part of its life that all kinds share.
//
// Not a retry, not a breaker: each function is one call across the boundary. Thread rules are those of abi.h; a call that
// would be one too many for the component (max_parallel) waits for its turn. The owner
// keeps the connector_host_api alive for as long as the instance.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "connector/abi.h"
#include "host/plugin/call.hpp"
#include "host/plugin/turns.hpp"

namespace connector_host::plugin {

class Instance {
 public:
  // Throws std::runtime_error with the plugin's reason when it refuses its configuration.
  Instance(const connector_component& component, const connector_host_api& host, std::string_view config_json);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  CallResult open(std::chrono::milliseconds timeout);
  CallResult check(std::chrono::milliseconds timeout);
  void cancel();
  void close();
  // What it reads or writes, after an open that succeeded; empty where the component does not tell.
  CallResult identity(std::string& text, std::chrono::milliseconds timeout);
  // It is to keep the order of all records; before the first open. condition: under which it
  // does, empty: none.
  CallResult keep_order(std::string& condition);

 protected:
  void* self() const { return self_; }
  const void* ops() const { return component_->ops; }
  // To be held during a [parallel] call: max_parallel is kept for the component.
  Turns& turns() { return turns_; }

 private:
  const connector_lifecycle_ops& lifecycle() const;
  static void take_text(void* text, connector_view line);

  const connector_component* component_;
  Turns turns_;
  void* self_;
};

// True when the member of a sized struct is there and not null.
#define CONNECTOR_HAS_OP(ops, member) \
  ((ops).struct_size >= offsetof(std::remove_cvref_t<decltype(ops)>, member) + sizeof((ops).member) && (ops).member != nullptr)

}  // namespace connector_host::plugin
