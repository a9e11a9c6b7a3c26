#pragma once
// SourceHandle: the calls of a source. wake is thread-safe, everything else is the intake thread's.
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "host/plugin/instance.hpp"

namespace connector_host::plugin {

class SourceHandle : public Instance {
 public:
  using Instance::Instance;

  // out is zeroed first. CONNECTOR_END is a result like any other.
  CallResult poll(std::uint32_t max_records, std::uint64_t max_bytes, connector_batch& out, std::chrono::milliseconds timeout);
  void wake();
  CallResult ack(std::span<const std::uint64_t> positions, std::chrono::milliseconds timeout);
  CallResult nack(std::span<const std::uint64_t> positions, bool requeue, std::chrono::milliseconds timeout);
  // OK where the source has no such call: polling with no records does the same.
  CallResult pause(std::chrono::milliseconds timeout);
  CallResult resume(std::chrono::milliseconds timeout);
  bool has_backlog() const;
  // How many records wait in the source. Only where has_backlog().
  CallResult backlog(std::uint64_t& records, std::chrono::milliseconds timeout);
  // Maximum of unsettled deliveries. OK where the source has no such call: then it takes nothing ahead of poll.
  CallResult set_window(std::uint32_t deliveries, std::chrono::milliseconds timeout);
  // How often the source's system redelivers a record before it discards it; 0: never, or not known.
  std::uint32_t delivery_limit();
  bool has_offsets() const;
  bool can_set_offsets() const;
  // A JSON array of {"partition":{...},"offset":{...}}. Only where has_offsets().
  CallResult offsets(std::string& json, std::chrono::milliseconds timeout);
  // The same form; nothing: forget them. Only where can_set_offsets(), and while the source is closed.
  CallResult set_offsets(std::optional<std::string_view> json, std::chrono::milliseconds timeout);

 private:
  const connector_source_ops& ops() const { return *static_cast<const connector_source_ops*>(Instance::ops()); }
};

}  // namespace connector_host::plugin
