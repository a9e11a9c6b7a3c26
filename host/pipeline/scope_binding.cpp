#include "host/pipeline/scope_binding.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto identity_time = 5s;
constexpr std::string_view unknown = "?", arrow = " -> ";  // identities have no spaces

plugin::CallResult or_not_now(std::optional<plugin::CallResult> result, const char* dependency) {
  if (result) return *std::move(result);
  return {CONNECTOR_NOT_CONNECTED, 0ms, std::string("the ") + dependency + " is not available"};
}

bool same_part(std::string_view one, std::string_view other) {
  return one == other || one == unknown || other == unknown;
}

}  // namespace

std::string ScopeBinding::pair_of(const std::string& source, const std::string& sink) {
  return (source.empty() ? std::string(unknown) : source) + std::string(arrow) + (sink.empty() ? std::string(unknown) : sink);
}

bool ScopeBinding::match(const std::string& one_pair, const std::string& other_pair) {
  const std::string_view one = one_pair, other = other_pair;
  const std::size_t at = one.find(arrow), other_at = other.find(arrow);
  if (at == std::string_view::npos || other_at == std::string_view::npos) return one == other;
  return same_part(one.substr(0, at), other.substr(0, other_at)) && same_part(one.substr(at + arrow.size()), other.substr(other_at + arrow.size()));
}

plugin::CallResult ScopeBinding::bind(plugin::SourceHandle& source) {
  if (!dedup_ || settings_.bound_scope.empty()) return {};
  std::string from, to, bound;
  plugin::CallResult result = source.identity(from, identity_time);
  if (!result.ok()) return result;
  result = or_not_now(sink_.call([&](plugin::SinkHandle& sink) { return sink.identity(to, identity_time); }), "sink");
  if (!result.ok()) return result;
  if (from.empty() && to.empty()) return {};
  const std::string pair = pair_of(from, to);
  const auto bind = [&](plugin::DedupHandle& store) { return store.bind(settings_.bound_scope, pair, settings_.adopt_scope, bound, settings_.dedup_timeout); };
  result = or_not_now(dedup_->call(bind), "dedup store");
  if (!result.ok() && settings_.bypass_dedup) return {};
  if (!result.ok() || match(pair, bound)) return result;
  return {CONNECTOR_BAD_CONFIG, 0ms,
          "dedup: scope '" + settings_.bound_scope + "' belongs to " + bound + ", and this connector is " + pair +
              ": each would take the other's records for duplicates; set dedup.scope to a name of its own, or dedup.adopt: true to take the scope over"};
}

}  // namespace connector_host::pipeline
