#pragma once
// SimInstance: what every call of every simulated instance begins and ends with: scheduling points
// and faults.
//
// wake has no scheduling point: a breaker tells its listeners under a mutex, and they wake their
// source.
#include <cstdio>

#include "connector/view.hpp"
#include "tests/simulation/sim_components.hpp"

namespace simulation {

using connector::text;

inline connector_code answer(connector_call* call, connector_code code, const char* why) {
  std::snprintf(call->message, sizeof call->message, "%s", why);
  return code;
}

struct SimInstance {
  SimInstance(const connector_host_api* host, Part part)
      : context(*static_cast<SimContext*>(host->self)), part(part) {}

  bool dead() const { return context.process.dead; }
  bool chance(double probability) {
    return context.faults.active && context.scheduler.chance(probability);
  }
  void point() {
    context.scheduler.point();
    if (chance(context.faults.delay))
      context.scheduler.sleep(context.faults.longest_delay * (context.scheduler.random() % 100) /
                              100);
  }
  // Of close and cancel, which are quick. Whoever clears up after a dead process passes without
  // one.
  void short_point() {
    if (!dead()) context.scheduler.point();
  }
  connector_code question(connector_call* call) { return fault_before(call, context.faults.opens); }
  // OK, or an error before anything happened.
  connector_code fault_before(connector_call* call, bool whatever_is_down = false) {
    point();
    if (dead()) return answer(call, CONNECTOR_NOT_CONNECTED, "the process is dead");
    if (context.faults.down == part && !whatever_is_down)
      return answer(call, CONNECTOR_NOT_CONNECTED, "down");
    if (chance(context.faults.cut))
      return answer(call, CONNECTOR_NOT_CONNECTED, "injected: not connected");
    if (chance(context.faults.error))
      return answer(call, CONNECTOR_RETRIABLE, "injected: an error");
    return CONNECTOR_OK;
  }
  // After it happened: maybe nobody hears of it.
  connector_code reply(connector_call* call) {
    context.scheduler.point();
    return chance(context.faults.lost_reply)
               ? answer(call, CONNECTOR_RETRIABLE, "injected: the reply was lost")
               : CONNECTOR_OK;
  }

  SimContext& context;
  const Part part;
};

template <class T>
T& of(void* self) {
  return *static_cast<T*>(self);
}
template <class T, Part part>
void* create(const connector_host_api* host, connector_view, connector_call*) {
  return new T(host, part);
}
template <class T>
void destroy(void* self) {
  delete static_cast<T*>(self);
}
template <class T>
constexpr connector_lifecycle_ops lifecycle = {
    sizeof(connector_lifecycle_ops),
    0,
    [](void* self, connector_call* call) { return of<T>(self).open(call); },
    [](void* self, connector_call* call) { return of<T>(self).question(call); },
    [](void* self) { of<T>(self).cancel(); },
    [](void* self) { of<T>(self).close(); }};

template <class T, Part part>
constexpr connector_component component(std::uint32_t kind, const char* type, const void* ops) {
  return {sizeof(connector_component),
          kind,
          {type, std::char_traits<char>::length(type)},
          {"", 0},
          nullptr,
          0,
          nullptr,
          0,
          ops,
          create<T, part>,
          destroy<T>};
}

}  // namespace simulation
