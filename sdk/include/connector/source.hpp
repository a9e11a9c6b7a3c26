#pragma once
// Source: where records come from. One instance per task; everything but wake and cancel is called by the task's intake
// thread alone.
//
// A source hands out records with a position each and hears of every one again, in ack or nack, in any order. Records
// that it must get back by itself (a cut connection) it may hand out again: with a new position.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "connector/abi.h"
#include "connector/component.hpp"
#include "connector/host.hpp"

namespace connector {

enum class PollResult { more, end };

class Source : public Component {
 public:
  // Fills out (see BatchPool::finish) or leaves it empty. Returns by call.timeout(), at once after wake. max_records 0:
  // take nothing, only keep the connection alive.
  virtual PollResult poll(std::uint32_t max_records, std::uint64_t max_bytes, connector_batch& out, Call&) = 0;
  // [thread-safe] Ends the current or else the next poll.
  virtual void wake() = 0;
  virtual void ack(std::span<const std::uint64_t> positions, Call&) = 0;
  virtual void nack(std::span<const std::uint64_t> positions, bool requeue, Call&) = 0;
  // Optional: what is not overridden is not implemented, and the host knows.
  virtual void pause(Call&) {}
  virtual void resume(Call&) {}
  virtual std::uint64_t backlog(Call&) { return 0; }
  virtual std::string offsets(Call&) { return {}; }              // JSON
  virtual void set_offsets(std::string_view /*json*/, Call&) {}  // empty: forget them
  // Maximum of unsettled deliveries, those that poll has not handed out yet included; kept across close and open.
  virtual void set_window(std::uint32_t /*deliveries*/, Call&) {}
  // How often the system redelivers a record before it discards it; 0: never, or not known.
  virtual std::uint32_t delivery_limit(Call&) { return 0; }
};

namespace detail {

struct SourceThunks {
  static Source& of(void* self) { return *static_cast<Source*>(self); }
  static connector_code poll(void* self, std::uint32_t max_records, std::uint64_t max_bytes, connector_batch* out, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).poll(max_records, max_bytes, *out, call) == PollResult::end ? CONNECTOR_END : CONNECTOR_OK; });
  }
  static void wake(void* self) {
    guarded_void([&] { of(self).wake(); });
  }
  static connector_code ack(void* self, const std::uint64_t* positions, std::uint64_t count, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).ack({positions, count}, call), CONNECTOR_OK; });
  }
  static connector_code nack(void* self, const std::uint64_t* positions, std::uint64_t count, std::uint32_t requeue, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).nack({positions, count}, requeue != 0, call), CONNECTOR_OK; });
  }
  static connector_code pause(void* self, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).pause(call), CONNECTOR_OK; });
  }
  static connector_code resume(void* self, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).resume(call), CONNECTOR_OK; });
  }
  static connector_code backlog(void* self, std::uint64_t* records, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return *records = of(self).backlog(call), CONNECTOR_OK; });
  }
  static connector_code offsets(void* self, void (*with)(void*, connector_view), void* arg, connector_call* raw) {
    return guarded(raw, [&](Call& call) {
      const std::string json = of(self).offsets(call);
      return with(arg, view(json)), CONNECTOR_OK;
    });
  }
  static connector_code set_offsets(void* self, connector_view json, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).set_offsets(text(json), call), CONNECTOR_OK; });
  }
  static connector_code set_window(void* self, std::uint32_t deliveries, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return of(self).set_window(deliveries, call), CONNECTOR_OK; });
  }
  static connector_code delivery_limit(void* self, std::uint32_t* limit, connector_call* raw) {
    return guarded(raw, [&](Call& call) { return *limit = of(self).delivery_limit(call), CONNECTOR_OK; });
  }
};

template <class T>
inline constexpr connector_source_ops source_ops = {
    sizeof(connector_source_ops),
    0,
    &lifecycle_ops<T, Source>,
    SourceThunks::poll,
    SourceThunks::wake,
    SourceThunks::ack,
    SourceThunks::nack,
    std::is_same_v<decltype(&T::pause), decltype(&Source::pause)> ? nullptr : SourceThunks::pause,
    std::is_same_v<decltype(&T::resume), decltype(&Source::resume)> ? nullptr : SourceThunks::resume,
    std::is_same_v<decltype(&T::backlog), decltype(&Source::backlog)> ? nullptr : SourceThunks::backlog,
    std::is_same_v<decltype(&T::offsets), decltype(&Source::offsets)> ? nullptr : SourceThunks::offsets,
    std::is_same_v<decltype(&T::set_offsets), decltype(&Source::set_offsets)> ? nullptr : SourceThunks::set_offsets,
    std::is_same_v<decltype(&T::set_window), decltype(&Source::set_window)> ? nullptr : SourceThunks::set_window,
    std::is_same_v<decltype(&T::delivery_limit), decltype(&Source::delivery_limit)> ? nullptr : SourceThunks::delivery_limit};

}  // namespace detail
}  // namespace connector
