#pragma once
// Component: the life that sources, dedup stores, transforms and sinks share.
//
// create is the constructor `T(connector::Host, const connector::Config&)`; it reaches no network. A method fails by
// throwing connector::Error. Thread rules are those of abi.h, named in brackets.
#include <cstdint>
#include <string>
#include <type_traits>

#include "connector/abi.h"
#include "connector/call.hpp"
#include "connector/view.hpp"

namespace connector {

class Component {
 public:
  virtual ~Component() = default;
  // [exclusive] Returns once the dependency has answered.
  virtual void open(Call&) {}
  // [parallel] Is it there? Takes nothing, leaves nothing behind.
  virtual void check(Call&) {}
  // [thread-safe] Calls under way return soon.
  virtual void cancel() {}
  // [exclusive] Idempotent.
  virtual void close() {}
  // [parallel] Optional, after open: what this instance reads or writes, independent of how its address is written.
  virtual std::string identity(Call&) { return {}; }
  // [exclusive] Optional, before the first open: the order of all records is to be kept. Returns
  // the condition under which it holds; empty: none.
  virtual std::string keep_order(Call&) { return {}; }
};

namespace detail {

// Most [parallel] calls at once: T::max_parallel where the component names one.
template <class T>
constexpr std::uint32_t max_parallel() {
  if constexpr (requires { T::max_parallel; }) return T::max_parallel;
  return 0;
}

// For operations that give back one text.
template <class Kind, std::string (Component::*tell)(Call&)>
struct TextThunk {
  static connector_code call(void* self, void (*with)(void*, connector_view), void* arg, connector_call* raw) {
    return guarded(raw, [&](Call& call) {
      const std::string text = (static_cast<Kind*>(self)->*tell)(call);
      return with(arg, view(text)), CONNECTOR_OK;
    });
  }
};

// Self is what create returned: a pointer to Kind (Source, Sink, …), never to T.
template <class T, class Kind>
inline constexpr connector_lifecycle_ops lifecycle_ops = {
    sizeof(connector_lifecycle_ops),
    max_parallel<T>(),
    [](void* self, connector_call* raw) { return guarded(raw, [&](Call& call) { return static_cast<Kind*>(self)->open(call), CONNECTOR_OK; }); },
    [](void* self, connector_call* raw) { return guarded(raw, [&](Call& call) { return static_cast<Kind*>(self)->check(call), CONNECTOR_OK; }); },
    [](void* self) { guarded_void([&] { static_cast<Kind*>(self)->cancel(); }); },
    [](void* self) { guarded_void([&] { static_cast<Kind*>(self)->close(); }); },
    std::is_same_v<decltype(&T::identity), decltype(&Component::identity)> ? nullptr : TextThunk<Kind, &Component::identity>::call,
    std::is_same_v<decltype(&T::keep_order), decltype(&Component::keep_order)> ? nullptr : TextThunk<Kind, &Component::keep_order>::call};

}  // namespace detail
}  // namespace connector
