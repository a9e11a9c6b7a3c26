#include "plugins/rabbitmq/queue_limit.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace connector_host_plugins::rabbitmq {
namespace {

using Json = nlohmann::json;

// RabbitMQ writes an empty object as [] in some versions.
std::optional<std::int64_t> integer_in(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_number_integer()
             ? std::optional(found->get<std::int64_t>())
             : std::nullopt;
}

const Json& part(const Json& of, const char* name) {
  static const Json nothing;
  const auto found = of.find(name);
  return found != of.end() ? *found : nothing;
}

// As RabbitMQ 4 combines an argument with policies: the lower one, and a negative one only where no
// other is set.
std::optional<std::int64_t> combined(std::optional<std::int64_t> one,
                                     std::optional<std::int64_t> other) {
  if (!one || !other) return one ? one : other;
  return *one < 0 || *other < 0 ? std::max(*one, *other) : std::min(*one, *other);
}

}  // namespace

std::uint32_t delivery_limit_of(std::int64_t value) {
  if (value < 0) return 0;
  return std::uint32_t(
      std::clamp<std::int64_t>(value, 1, std::numeric_limits<std::uint32_t>::max()));
}

std::optional<std::uint32_t> delivery_limit_in(std::string_view json) {
  const Json queue = Json::parse(json, nullptr, false);
  if (!queue.is_object()) throw std::runtime_error("the answer is not the description of a queue");
  if (const Json& type = part(queue, "type"); type.is_string() && type != "quorum")
    return 0;  // only quorum queues count
  // RabbitMQ 4 names the limit in force, its default included.
  const Json& in_force = part(queue, "delivery_limit");
  if (in_force == "unlimited") return 0;
  if (in_force.is_number_integer()) return delivery_limit_of(in_force.get<std::int64_t>());
  const auto limit =
      combined(integer_in(part(queue, "arguments"), "x-delivery-limit"),
               integer_in(part(queue, "effective_policy_definition"), "delivery-limit"));
  return limit ? std::optional(delivery_limit_of(*limit)) : std::nullopt;
}

}  // namespace connector_host_plugins::rabbitmq
