#include "host/plugin/dedup_handle.hpp"

#include <cstddef>
#include <type_traits>

#include "connector/view.hpp"

namespace connector_host::plugin {

CallResult DedupHandle::claim(std::string_view owner, std::chrono::milliseconds lease, std::span<const connector_view> ids, std::span<std::uint8_t> states,
                              std::chrono::milliseconds timeout) {
  const Turns::Turn turn(turns());
  Call call(timeout);
  return call.result(ops().claim(self(), connector::view(owner), std::uint32_t(lease.count()), ids.data(), ids.size(), states.data(), call.raw()));
}

CallResult DedupHandle::renew(std::string_view owner, std::chrono::milliseconds lease, std::span<const connector_view> ids, std::span<std::uint8_t> states,
                              std::chrono::milliseconds timeout) {
  const Turns::Turn turn(turns());
  Call call(timeout);
  return call.result(ops().renew(self(), connector::view(owner), std::uint32_t(lease.count()), ids.data(), ids.size(), states.data(), call.raw()));
}

CallResult DedupHandle::commit(std::span<const connector_view> ids, std::chrono::milliseconds timeout) {
  const Turns::Turn turn(turns());
  Call call(timeout);
  return call.result(ops().commit(self(), ids.data(), ids.size(), call.raw()));
}

CallResult DedupHandle::release(std::string_view owner, std::span<const connector_view> ids, std::chrono::milliseconds timeout) {
  const Turns::Turn turn(turns());
  Call call(timeout);
  return call.result(ops().release(self(), connector::view(owner), ids.data(), ids.size(), call.raw()));
}

bool DedupHandle::can_clear() const {
  return CONNECTOR_HAS_OP(ops(), clear);
}

CallResult DedupHandle::clear(std::string_view scope, std::chrono::milliseconds timeout) {
  const Turns::Turn turn(turns());
  Call call(timeout);
  return call.result(ops().clear(self(), connector::view(scope), call.raw()));
}

CallResult DedupHandle::bind(std::string_view scope, std::string_view identity, bool replace, std::string& bound, std::chrono::milliseconds timeout) {
  bound = identity;
  if (!CONNECTOR_HAS_OP(ops(), bind)) return {};
  const Turns::Turn turn(turns());
  Call call(timeout);
  const auto take = [](void* out, connector_view text) { static_cast<std::string*>(out)->assign(text.data ? text.data : "", text.size); };
  return call.result(ops().bind(self(), connector::view(scope), connector::view(identity), replace ? 1 : 0, take, &bound, call.raw()));
}

}  // namespace connector_host::plugin
