#include "host/tracing/tracing_settings.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace connector_host::tracing {
namespace {

using namespace std::string_view_literals;
constexpr std::size_t most_in_queue = 1'000'000;
constexpr std::int64_t longest_ms = 3'600'000;

class Reader {
 public:
  Reader(const TracingSettings::Variables& variable, std::vector<std::string>& complaints) : variable_(variable), complaints_(complaints) {}

  // An empty variable counts as one that is not set, as OpenTelemetry has it.
  std::string_view text(const char* name) const {
    const char* value = variable_(name);
    return value ? value : "";
  }
  std::string_view text(const char* first, const char* second) const {
    const std::string_view out = text(first);
    return out.empty() ? text(second) : out;
  }
  void whole(const char* name, std::int64_t least, std::int64_t most, std::int64_t& out) {
    const std::string_view value = text(name);
    if (value.empty()) return;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < least || number > most)
      return complain(name, "is no whole number from " + std::to_string(least) + " to " + std::to_string(most) + "; " + std::to_string(out) + " holds");
    out = number;
  }
  void time(const char* name, std::chrono::milliseconds& out) {
    std::int64_t number = out.count();
    whole(name, 1, longest_ms, number);
    out = std::chrono::milliseconds(number);
  }
  void size(const char* name, std::size_t& out) {
    std::int64_t number = std::int64_t(out);
    whole(name, 1, most_in_queue, number);
    out = std::size_t(number);
  }
  double ratio(const char* name) {
    const std::string value(text(name));
    if (value.empty()) return 1;
    char* end = nullptr;
    const double out = std::strtod(value.c_str(), &end);
    if (end != value.c_str() + value.size() || !(out >= 0 && out <= 1)) {
      complain(name, "is no number from 0 to 1; 1 holds");
      return 1;
    }
    return out;
  }
  void complain(const char* name, const std::string& what) { complaints_.push_back(std::string(name) + "='" + std::string(text(name)) + "' " + what); }

 private:
  const TracingSettings::Variables& variable_;
  std::vector<std::string>& complaints_;
};

bool is_true(std::string_view text) {
  return text.size() == 4 && std::equal(text.begin(), text.end(), "true", [](char a, char b) { return (a | 0x20) == b; });
}

bool wanted(Reader& reader) {
  if (is_true(reader.text("OTEL_SDK_DISABLED"))) return false;
  if (reader.text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT").empty()) return false;
  const std::string_view exporter = reader.text("OTEL_TRACES_EXPORTER");
  if (exporter.empty() || exporter == "otlp") return true;
  if (exporter != "none") reader.complain("OTEL_TRACES_EXPORTER", "is none of otlp and none; there are no traces");
  return false;
}

// False: it cannot be spoken.
bool read_protocol(Reader& reader, bool& json) {
  for (const char* name : {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"}) {
    const std::string_view protocol = reader.text(name);
    if (protocol.empty()) continue;
    json = protocol == "http/json";
    if (json || protocol == "http/protobuf") return true;
    reader.complain(name, "is none of http/protobuf and http/json (collectors have them on port 4318); there are no traces");
    return false;
  }
  return true;
}

Sampler read_sampler(Reader& reader) {
  const std::string_view name = reader.text("OTEL_TRACES_SAMPLER");
  if (name.empty()) return {};
  if (const auto sampler = Sampler::named(name, name.ends_with("traceidratio") ? reader.ratio("OTEL_TRACES_SAMPLER_ARG") : 1)) return *sampler;
  reader.complain("OTEL_TRACES_SAMPLER",
                  "is none of always_on, always_off and traceidratio, with parentbased_ before it or without; parentbased_always_on holds");
  return {};
}

// tracestate and baggage are carried whatever is set, because headers are; so only tracecontext makes a difference.
bool read_propagators(Reader& reader) {
  std::string_view names = reader.text("OTEL_PROPAGATORS");
  if (names.empty()) return true;
  bool found = false;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    found |= name == "tracecontext";
    if (name != "tracecontext" && name != "baggage" && name != "none")
      reader.complain("OTEL_PROPAGATORS", "has '" + std::string(name) + "' in it, which is not known here; known are tracecontext, baggage and none");
  }
  return found;
}

}  // namespace

TracingSettings TracingSettings::from(const Variables& variable) {
  TracingSettings out;
  Reader reader(variable, out.complaints);
  if (!wanted(reader) || !read_protocol(reader, out.json)) return out;
  out.on = true;
  out.sampler = read_sampler(reader);
  out.propagates = read_propagators(reader);
  reader.time("OTEL_BSP_SCHEDULE_DELAY", out.export_every);
  reader.time("OTEL_EXPORTER_OTLP_TIMEOUT", out.export_timeout);
  reader.time("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", out.export_timeout);
  reader.size("OTEL_BSP_MAX_QUEUE_SIZE", out.queue);
  reader.size("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", out.batch);
  out.batch = std::min(out.batch, out.queue);
  return out;
}

}  // namespace connector_host::tracing
