#pragma once
// DedupStore: remembers which ids are done, and who works on which. One instance per task; its calls may come from
// several workers at once unless the component names `static constexpr std::uint32_t max_parallel`.
//
// The one rule: `done` only for an id that was committed. A claim, an error and an unknown value are never `done`,
// because `done` lets the host acknowledge a record without delivering it.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "connector/abi.h"
#include "connector/component.hpp"
#include "connector/host.hpp"

namespace connector {

enum class Claim : std::uint8_t { is_new = CONNECTOR_CLAIM_NEW, done = CONNECTOR_CLAIM_DONE, held = CONNECTOR_CLAIM_HELD, lost = CONNECTOR_CLAIM_LOST };

class Ids {
 public:
  Ids(const connector_view* first, std::uint64_t count) : first_(first), count_(count) {}
  std::size_t size() const { return count_; }
  std::string_view operator[](std::size_t index) const { return text(first_[index]); }

 private:
  const connector_view* first_;
  std::uint64_t count_;
};

class DedupStore : public Component {
 public:
  // states has one place per id. An own claim is is_new again, with a full lease.
  virtual void claim(std::string_view owner, std::chrono::milliseconds lease, Ids, std::span<Claim> states, Call&) = 0;
  // is_new: still ours; lost; done. Takes nothing.
  virtual void renew(std::string_view owner, std::chrono::milliseconds lease, Ids, std::span<Claim> states, Call&) = 0;
  virtual void commit(Ids, Call&) = 0;
  virtual void release(std::string_view owner, Ids, Call&) = 0;
  virtual void clear(std::string_view /*scope*/, Call&) {}  // optional
  // Optional. Stores the identity of what uses a scope where it has none, or where replace is true; returns the one it
  // has afterwards.
  virtual std::string bind(std::string_view /*scope*/, std::string_view identity, bool /*replace*/, Call&) { return std::string(identity); }
};

namespace detail {

struct DedupThunks {
  static DedupStore& of(void* self) { return *static_cast<DedupStore*>(self); }
  static std::span<Claim> claims(std::uint8_t* states, std::uint64_t count) { return {reinterpret_cast<Claim*>(states), count}; }
  static connector_code claim(void* self, connector_view owner, std::uint32_t lease_ms, const connector_view* ids, std::uint64_t count, std::uint8_t* states,
                              connector_call* raw) {
    return guarded(raw, [&](Call& call) {
      return of(self).claim(text(owner), std::chrono::milliseconds(lease_ms), Ids(ids, count), claims(states, count), call), CONNECTOR_OK;
    });
  }
  static connector_code renew(void* self, connector_view owner, std::uint32_t lease_ms, const connector_view* ids, std::uint64_t count, std::uint8_t* states,
                              connector_call* raw) {
    return guarded(raw, [&](Call& call) {
      return of(self).renew(text(owner), std::chrono::milliseconds(lease_ms), Ids(ids, count), claims(states, count), call), CONNECTOR_OK;
    });
  }
  static connector_code commit(void* self, const connector_view* ids, std::uint64_t count, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).commit(Ids(ids, count), call), CONNECTOR_OK; });
  }
  static connector_code release(void* self, connector_view owner, const connector_view* ids, std::uint64_t count, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).release(text(owner), Ids(ids, count), call), CONNECTOR_OK; });
  }
  static connector_code clear(void* self, connector_view scope, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).clear(text(scope), call), CONNECTOR_OK; });
  }
  static connector_code bind(void* self, connector_view scope, connector_view identity, std::uint32_t replace, void (*with)(void*, connector_view), void* arg,
                             connector_call* raw) {
    return guarded(raw, [&](Call& call) {
      const std::string bound = of(self).bind(text(scope), text(identity), replace != 0, call);
      return with(arg, view(bound)), CONNECTOR_OK;
    });
  }
};

template <class T>
inline constexpr connector_dedup_ops dedup_ops = {sizeof(connector_dedup_ops),
                                                  0,
                                                  &lifecycle_ops<T, DedupStore>,
                                                  DedupThunks::claim,
                                                  DedupThunks::renew,
                                                  DedupThunks::commit,
                                                  DedupThunks::release,
                                                  std::is_same_v<decltype(&T::clear), decltype(&DedupStore::clear)> ? nullptr : DedupThunks::clear,
                                                  std::is_same_v<decltype(&T::bind), decltype(&DedupStore::bind)> ? nullptr : DedupThunks::bind};

}  // namespace detail
}  // namespace connector
