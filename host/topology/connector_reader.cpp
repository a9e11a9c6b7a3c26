#include "host/topology/connector_reader.hpp"

#include <algorithm>

#include "host/topology/host_keys.hpp"
#include "host/topology/key_reader.hpp"
#include "host/topology/quantity.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

constexpr std::size_t longest_name = 255;
constexpr std::uint64_t most_lanes = 1024;
// RabbitMQ closes a channel that holds a delivery unacknowledged for longer (consumer_timeout, 30 min by default).
constexpr std::int64_t consumer_timeout_ms = 30 * 60 * 1000;

std::chrono::milliseconds milliseconds(const OptionValues& values, const char* name, std::chrono::milliseconds otherwise) {
  return std::chrono::milliseconds(values.get<std::int64_t>(name, otherwise.count()));
}

void keep_raw(OptionValues& values, const std::string& prefix, RawValues& raw) {
  for (auto& [name, value] : values.raw) raw[prefix + name] = std::move(value);
}

Ordering ordering_of(const std::string& word) {
  if (word == "key") return Ordering::key;
  if (word == "queue") return Ordering::queue;
  return word == "none" ? Ordering::none : Ordering::source;
}

bool is_control_character(char c) {
  return (static_cast<unsigned char>(c) < 0x20) || c == 0x7F;
}

}  // namespace

ConnectorConfig ConnectorReader::read(const Node& node) const {
  ConnectorConfig out;
  out.name = node.key;
  out.place = problems_.place(node.key_at);
  const std::string path = "connectors." + (node.kind == Node::Kind::null ? shown_key(node.key) : shown_name(node.key));
  check_name(node, path);
  if (!expect_kind(node, Node::Kind::mapping, path, "a mapping with 'source' and 'sink'", problems_)) return out;

  std::vector<std::string> known = names_of(HostKeys::connector());
  known.insert(known.end(), HostKeys::connector_parts().begin(), HostKeys::connector_parts().end());
  options_.refuse_unknown(node, path, known);
  read_keys(node, path, out);
  read_sections(node, path, out);
  read_components(node, path, out);
  if (const Node* id = node.find("id")) out.id = ids_.read(*id, path + ".id", out.raw);
  if (const Node* key = node.find("key")) out.key = KeyReader(options_, problems_).read(*key, path + ".key", out.raw);
  if (out.dedup && out.id.from == IdFrom::none) {
    problems_.add(node.position_of("id"), code::dedup_without_id, path + ".id", "records have no id, but 'dedup' needs one",
                  "say where the id is, as in { json: /event_id }, or remove 'dedup'");
  }
  return out;
}

void ConnectorReader::check_name(const Node& node, const std::string& path) const {
  const bool has_control = std::any_of(node.key.begin(), node.key.end(), is_control_character);
  if (!node.key.empty() && node.key.size() <= longest_name && !has_control) return;
  problems_.add(node.key_at, code::connector_name, path, "a connector's name has 1 to 255 bytes and no control characters", "give it a short plain name");
}

void ConnectorReader::read_keys(const Node& node, const std::string& path, ConnectorConfig& out) const {
  OptionValues values = options_.read(node, path, HostKeys::connector(), "the host");
  out.tasks = values.get("tasks", out.tasks);
  out.workers = values.get("workers", out.workers);
  out.ordering = ordering_of(values.get<std::string>("ordering", "source"));
  if (out.ordering == Ordering::queue && out.tasks > 1) {
    problems_.add(node.position_of("tasks"), code::order_of_tasks, path + ".tasks",
                  std::to_string(out.tasks) + " tasks consume one queue side by side, so 'ordering: queue' cannot hold",
                  "set tasks: 1, or use 'ordering: key' with a 'key'");
  }
  out.decode = values.get("decode", out.decode);
  out.decode_limit = values.get("decode_limit", out.decode_limit);
  out.max_in_flight = values.get("max_in_flight", out.max_in_flight);
  out.max_in_flight_bytes = values.get("max_in_flight_bytes", out.max_in_flight_bytes);
  out.drain_timeout = milliseconds(values, "drain_timeout", out.drain_timeout);
  out.hold_max = milliseconds(values, "hold_max", out.hold_max);
  out.write_timeout = milliseconds(values, "write_timeout", out.write_timeout);
  check_hold_max(node, path, values);
  if (std::uint64_t(out.tasks) * out.workers > most_lanes) {
    problems_.add(node.position_of("workers"), code::out_of_range, path + ".workers",
                  "tasks times workers are more than " + std::to_string(most_lanes) + " lanes, and each is a thread", "choose fewer");
  }
  check_order(node, path, values, "write_timeout", "hold_max", false);
  keep_raw(values, "", out.raw);
}

void ConnectorReader::read_sections(const Node& node, const std::string& path, ConnectorConfig& out) const {
  OptionValues errors = options_.section(node, path, "errors", HostKeys::errors());
  out.tolerance = errors.get<std::string>("tolerance", "none") == "all" ? Tolerance::all : Tolerance::none;
  out.max_rejected = errors.get("max_rejected", out.max_rejected);
  out.retry_timeout = read_retry_timeout(node, path, errors);
  keep_raw(errors, "errors.", out.raw);

  OptionValues retry = options_.section(node, path, "retry", HostKeys::retry());
  out.retry.initial = milliseconds(retry, "initial", out.retry.initial);
  out.retry.max = milliseconds(retry, "max", out.retry.max);
  if (const Node* written = node.find("retry")) check_order(*written, path + ".retry", retry, "initial", "max", true);
  keep_raw(retry, "retry.", out.raw);

  OptionValues breaker = options_.section(node, path, "breaker", HostKeys::breaker());
  out.breaker.failures = breaker.get("failures", out.breaker.failures);
  out.breaker.probe_every = milliseconds(breaker, "probe_every", out.breaker.probe_every);
  keep_raw(breaker, "breaker.", out.raw);

  OptionValues restart = options_.section(node, path, "restart", HostKeys::restart());
  out.restart.initial = milliseconds(restart, "initial", out.restart.initial);
  out.restart.max = milliseconds(restart, "max", out.restart.max);
  out.restart.limit = restart.get("limit", out.restart.limit);
  if (const Node* written = node.find("restart")) check_order(*written, path + ".restart", restart, "initial", "max", true);
  keep_raw(restart, "restart.", out.raw);
}

void ConnectorReader::read_components(const Node& node, const std::string& path, ConnectorConfig& out) const {
  out.source = read_required(node, "source", CONNECTOR_SOURCE, path);
  out.sink = read_required(node, "sink", CONNECTOR_SINK, path);
  if (const Node* dedup = node.find("dedup")) out.dedup = read_dedup(*dedup, path + ".dedup", out);
  if (const Node* dead_letter = node.find("dead_letter")) out.dead_letter = read_dead_letter(*dead_letter, path + ".dead_letter", out);
  if (const Node* transforms = node.find("transforms")) read_transforms(*transforms, path + ".transforms", out);
}

ComponentConfig ConnectorReader::read_required(const Node& node, const char* key, std::uint32_t kind, const std::string& path) const {
  if (const Node* child = node.find(key)) return components_.read(*child, kind, path_of(path, key), {});
  problems_.add(node.key_at, code::missing, path_of(path, key), "is required: where records " + std::string(kind == CONNECTOR_SOURCE ? "come from" : "go to"),
                "add '" + std::string(key) + ": { type: ... }'");
  return {};
}

void ConnectorReader::read_transforms(const Node& node, const std::string& path, ConnectorConfig& out) const {
  if (!expect_kind(node, Node::Kind::sequence, path, "a list of transforms", problems_)) return;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Node& child = node.children[i];
    const std::string place = path + "[" + std::to_string(i) + "]";
    ComponentConfig& transform = out.transforms.emplace_back(components_.read(child, CONNECTOR_TRANSFORM, place, HostKeys::transform()));
    transform.name = std::to_string(i);
    if (const Node* name = child.kind == Node::Kind::mapping ? child.find("name") : nullptr) transform.name = name->text;  // as it stands there: it is shown
    check_transform_name(child, place, out.transforms);
  }
}

// It is a part of a key in the flat spelling, and an item of a list there.
void ConnectorReader::check_transform_name(const Node& node, const std::string& path, const std::vector<ComponentConfig>& so_far) const {
  const std::string& name = so_far.back().name;
  const bool plain = !name.empty() && name.find_first_of(".,=$ \t\r\n") == std::string::npos && !std::any_of(name.begin(), name.end(), is_control_character);
  const bool taken = std::any_of(so_far.begin(), so_far.end() - 1, [&](const ComponentConfig& each) { return each.name == name; });
  if (plain && !taken) return;
  problems_.add(node.position_of("name"), code::transform_name, path + ".name",
                taken ? "another transform of this connector has this name" : "a transform's name is not empty and has no space, '.', ',' or '='",
                "give it a short plain name of its own");
}

DedupConfig ConnectorReader::read_dedup(const Node& node, const std::string& path, ConnectorConfig& owner) const {
  DedupConfig out;
  out.component = components_.read(node, CONNECTOR_DEDUP, path, HostKeys::dedup());
  if (node.kind != Node::Kind::mapping) return out;
  OptionValues values = options_.read(node, path, HostKeys::dedup(), "the host");
  out.scope = values.get("scope", owner.name);
  out.scope_is_default = !values.has("scope");
  out.adopt = values.get("adopt", out.adopt);
  out.lease = milliseconds(values, "lease", out.lease);
  out.timeout = milliseconds(values, "timeout", out.timeout);
  out.on_unavailable = values.get<std::string>("on_unavailable", "wait") == "bypass" ? OnUnavailable::bypass : OnUnavailable::wait;
  check_order(node, path, values, "timeout", "lease", false);
  keep_raw(values, "dedup.", owner.raw);
  return out;
}

ComponentConfig ConnectorReader::read_dead_letter(const Node& node, const std::string& path, ConnectorConfig& owner) const {
  ComponentConfig out = components_.read(node, CONNECTOR_SINK, path, HostKeys::dead_letter());
  if (node.kind != Node::Kind::mapping) return out;
  OptionValues values = options_.read(node, path, HostKeys::dead_letter(), "the host");
  const bool truncates = values.get<std::string>("on_too_large", "fail") == "truncate";
  owner.on_too_large = truncates ? OnTooLarge::truncate : OnTooLarge::fail;
  keep_raw(values, "dead_letter.", owner.raw);
  return out;
}

// Kafka Connect's errors.retry.timeout.ms: -1 is no limit. Its clients send milliseconds, people write durations.
std::optional<std::chrono::milliseconds> ConnectorReader::read_retry_timeout(const Node& node, const std::string& path, const OptionValues& errors) const {
  const auto text = errors.get<std::string>("retry.timeout", "-1");
  const std::optional<std::int64_t> number = parse_integer(text);
  if (number == -1) return std::nullopt;
  if (number && *number >= 0) return std::chrono::milliseconds(*number);
  const Quantity duration = parse_duration(text);
  if (duration.flaw == Quantity::Flaw::none && duration.value >= 0) return std::chrono::milliseconds(duration.value);
  const Node* const written = node.find("errors");
  problems_.add(written ? written->position_of("retry.timeout") : node.key_at, code::unit, path_of(path, "errors.retry.timeout"),
                "is neither a duration, nor milliseconds as a whole number, nor -1", "write a duration such as 5m, or -1 for no limit");
  return std::nullopt;
}

void ConnectorReader::check_hold_max(const Node& node, const std::string& path, const OptionValues& values) const {
  const auto of = [&](const char* name) { return values.get<std::int64_t>(name, 0); };
  if (of("hold_max") + of("write_timeout") < consumer_timeout_ms) return;  // a write may begin when the hold ends
  problems_.add(node.position_of("hold_max"), code::times_contradict, path + ".hold_max",
                "has to be below 30m together with write_timeout: after that RabbitMQ closes the consumer's channel", "choose a shorter time, such as 10m");
}

void ConnectorReader::check_order(const Node& node, const std::string& path, const OptionValues& values, const char* lesser, const char* greater,
                                  bool may_be_equal) const {
  if (!values.has(lesser) || !values.has(greater)) return;
  const auto low = values.get<std::int64_t>(lesser, 0), high = values.get<std::int64_t>(greater, 0);
  if (low < high || (may_be_equal && low == high)) return;
  const char* const blamed = node.find(lesser) ? lesser : greater;
  const auto is_reference = [&](const char* name) { return values.raw.contains(name) && values.raw.at(name).reference; };
  const auto shown = [&](const char* name, std::int64_t value) { return std::string(name) + (is_reference(name) ? "" : " (" + show_duration(value) + ")"); };
  problems_.add(node.position_of(blamed), code::times_contradict, path_of(path, blamed),
                shown(lesser, low) + " has to be " + (may_be_equal ? "at most " : "below ") + shown(greater, high), "change one of them");
}

}  // namespace connector_host::topology
