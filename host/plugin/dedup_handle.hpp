#pragma once
// DedupHandle: the calls of a dedup store. Workers and the keeper may call at the same time.
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "host/plugin/instance.hpp"

namespace connector_host::plugin {

class DedupHandle : public Instance {
 public:
  using Instance::Instance;

  CallResult claim(std::string_view owner, std::chrono::milliseconds lease, std::span<const connector_view> ids, std::span<std::uint8_t> states,
                   std::chrono::milliseconds timeout);
  CallResult renew(std::string_view owner, std::chrono::milliseconds lease, std::span<const connector_view> ids, std::span<std::uint8_t> states,
                   std::chrono::milliseconds timeout);
  CallResult commit(std::span<const connector_view> ids, std::chrono::milliseconds timeout);
  CallResult release(std::string_view owner, std::span<const connector_view> ids, std::chrono::milliseconds timeout);
  bool can_clear() const;
  // Forgets every id of the scope; only where can_clear().
  CallResult clear(std::string_view scope, std::chrono::milliseconds timeout);
  // Binds the scope to the identity unless it is bound already; `bound` is what it is bound to afterwards. replace: in
  // any case. A store without such a call binds nothing: bound is the identity.
  CallResult bind(std::string_view scope, std::string_view identity, bool replace, std::string& bound, std::chrono::milliseconds timeout);

 private:
  const connector_dedup_ops& ops() const { return *static_cast<const connector_dedup_ops*>(Instance::ops()); }
};

}  // namespace connector_host::plugin
