#include "host/plugin/source_handle.hpp"

#include <cstddef>
#include <type_traits>

#include "connector/view.hpp"

namespace connector_host::plugin {

CallResult SourceHandle::poll(std::uint32_t max_records, std::uint64_t max_bytes, connector_batch& out, std::chrono::milliseconds timeout) {
  out = {};
  out.struct_size = sizeof out;
  Call call(timeout);
  return call.result(ops().poll(self(), max_records, max_bytes, &out, call.raw()));
}

void SourceHandle::wake() {
  ops().wake(self());
}

CallResult SourceHandle::ack(std::span<const std::uint64_t> positions, std::chrono::milliseconds timeout) {
  Call call(timeout);
  return call.result(ops().ack(self(), positions.data(), positions.size(), call.raw()));
}

CallResult SourceHandle::nack(std::span<const std::uint64_t> positions, bool requeue, std::chrono::milliseconds timeout) {
  Call call(timeout);
  return call.result(ops().nack(self(), positions.data(), positions.size(), requeue ? 1 : 0, call.raw()));
}

CallResult SourceHandle::pause(std::chrono::milliseconds timeout) {
  if (!CONNECTOR_HAS_OP(ops(), pause)) return {};
  Call call(timeout);
  return call.result(ops().pause(self(), call.raw()));
}

CallResult SourceHandle::resume(std::chrono::milliseconds timeout) {
  if (!CONNECTOR_HAS_OP(ops(), resume)) return {};
  Call call(timeout);
  return call.result(ops().resume(self(), call.raw()));
}

bool SourceHandle::has_backlog() const {
  return CONNECTOR_HAS_OP(ops(), backlog);
}

CallResult SourceHandle::backlog(std::uint64_t& records, std::chrono::milliseconds timeout) {
  Call call(timeout);
  return call.result(ops().backlog(self(), &records, call.raw()));
}

CallResult SourceHandle::set_window(std::uint32_t deliveries, std::chrono::milliseconds timeout) {
  if (!CONNECTOR_HAS_OP(ops(), set_window)) return {};
  Call call(timeout);
  return call.result(ops().set_window(self(), deliveries, call.raw()));
}

std::uint32_t SourceHandle::delivery_limit() {
  if (!CONNECTOR_HAS_OP(ops(), delivery_limit)) return 0;
  Call call(std::chrono::milliseconds(0));
  std::uint32_t limit = 0;
  return call.result(ops().delivery_limit(self(), &limit, call.raw())).ok() ? limit : 0;
}

bool SourceHandle::has_offsets() const {
  return CONNECTOR_HAS_OP(ops(), offsets);
}

bool SourceHandle::can_set_offsets() const {
  return CONNECTOR_HAS_OP(ops(), set_offsets);
}

CallResult SourceHandle::offsets(std::string& json, std::chrono::milliseconds timeout) {
  Call call(timeout);
  const auto take = [](void* out, connector_view text) { static_cast<std::string*>(out)->assign(text.data ? text.data : "", text.size); };
  return call.result(ops().offsets(self(), take, &json, call.raw()));
}

CallResult SourceHandle::set_offsets(std::optional<std::string_view> json, std::chrono::milliseconds timeout) {
  Call call(timeout);
  return call.result(ops().set_offsets(self(), json ? connector::view(*json) : connector::null_view(), call.raw()));
}

}  // namespace connector_host::plugin
