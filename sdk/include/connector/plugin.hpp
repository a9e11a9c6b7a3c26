#pragma once
// The C++ face of the boundary: include this, derive from Sink, Source, Transform or DedupStore, and name the class.
//
//   class Print : public connector::Sink {
//    public:
//     static constexpr std::string_view type = "print", description = "Prints values to stdout.";
//     Print(connector::Host, const connector::Config&) {}
//     void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override { … }
//   };
//   CONNECTOR_PLUGIN("print", "1.0.0", connector::component<Print>())
//
// A class may also name `static constexpr connector::Option options[]`, `connector::Metric metrics[]` and
// `std::uint32_t max_parallel`. Everything is constant data: loading the library runs no code of the SDK.
#include <array>
#include <type_traits>

#include "connector/abi.h"
#include "connector/batch.hpp"
#include "connector/config.hpp"
#include "connector/dedup_store.hpp"
#include "connector/host.hpp"
#include "connector/option.hpp"
#include "connector/record.hpp"
#include "connector/sink.hpp"
#include "connector/source.hpp"
#include "connector/transform.hpp"

#if defined(__GNUC__)
#define CONNECTOR_EXPORT __attribute__((visibility("default")))
#else
#define CONNECTOR_EXPORT
#endif

namespace connector {
namespace detail {

template <class T>
constexpr auto option_pointers() {
  if constexpr (requires { T::options; }) {
    std::array<const connector_option*, std::size(T::options)> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = &T::options[i];
    return out;
  } else {
    return std::array<const connector_option*, 0>{};
  }
}

template <class T>
constexpr auto metric_pointers() {
  if constexpr (requires { T::metrics; }) {
    std::array<const connector_metric*, std::size(T::metrics)> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = &T::metrics[i];
    return out;
  } else {
    return std::array<const connector_metric*, 0>{};
  }
}

template <class T>
inline constexpr auto option_table = option_pointers<T>();
template <class T>
inline constexpr auto metric_table = metric_pointers<T>();

template <class T>
using KindOf =
    std::conditional_t<std::is_base_of_v<Source, T>, Source,
                       std::conditional_t<std::is_base_of_v<Sink, T>, Sink, std::conditional_t<std::is_base_of_v<DedupStore, T>, DedupStore, Transform>>>;

template <class T>
constexpr std::uint32_t kind_of() {
  if (std::is_base_of_v<Source, T>) return CONNECTOR_SOURCE;
  if (std::is_base_of_v<Sink, T>) return CONNECTOR_SINK;
  return std::is_base_of_v<DedupStore, T> ? CONNECTOR_DEDUP : CONNECTOR_TRANSFORM;
}

template <class T>
constexpr const void* ops_of() {
  if constexpr (std::is_base_of_v<Source, T>)
    return &source_ops<T>;
  else if constexpr (std::is_base_of_v<Sink, T>)
    return &sink_ops<T>;
  else if constexpr (std::is_base_of_v<DedupStore, T>)
    return &dedup_ops<T>;
  else
    return &transform_ops<T>;
}

template <class T>
void* create(const connector_host_api* host, connector_view config, connector_call* raw) {
  KindOf<T>* made = nullptr;
  guarded(raw, [&](Call&) { return made = new T(Host(host), Config(text(config))), CONNECTOR_OK; });
  return made;
}

template <class T>
void destroy(void* self) {
  guarded_void([&] { delete static_cast<KindOf<T>*>(self); });
}

template <class T>
inline constexpr connector_component component_table = {sizeof(connector_component),
                                                        kind_of<T>(),
                                                        view(T::type),
                                                        view(T::description),
                                                        option_table<T>.data(),
                                                        option_table<T>.size(),
                                                        metric_table<T>.data(),
                                                        metric_table<T>.size(),
                                                        ops_of<T>(),
                                                        create<T>,
                                                        destroy<T>};

}  // namespace detail

template <class T>
constexpr const connector_component* component() {
  return &detail::component_table<T>;
}

}  // namespace connector

// Once per library, at namespace scope: name, version, components.
#define CONNECTOR_PLUGIN(NAME, VERSION, ...)                                                                                                            \
  namespace {                                                                                                                                           \
  constexpr const connector_component* connector_plugin_components[] = {__VA_ARGS__};                                                                   \
  }                                                                                                                                                     \
  extern "C" {                                                                                                                                          \
  extern CONNECTOR_EXPORT const connector_plugin connector_plugin_v1;                                                                                   \
  const connector_plugin connector_plugin_v1 = {sizeof(connector_plugin),    CONNECTOR_ABI_MAJOR,                                                       \
                                                CONNECTOR_ABI_MINOR,         0,                                                                         \
                                                connector::view(NAME),       connector::view(VERSION),                                                  \
                                                connector_plugin_components, sizeof connector_plugin_components / sizeof *connector_plugin_components}; \
  }
