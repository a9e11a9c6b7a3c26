#include "tests/integration/jaeger.hpp"

#include <algorithm>
#include <chrono>

#include "tests/integration/http_get.hpp"

namespace integration {
namespace {

using nlohmann::json;

std::uint16_t port_of(const std::string& address) {
  return std::uint16_t(std::stoi(address.substr(address.rfind(':') + 1)));
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::map<std::string, std::string> tags_of(const json& holder) {
  std::map<std::string, std::string> out;
  for (const json& tag : holder.at("tags")) out[tag.at("key")] = text_of(tag.at("value"));
  return out;
}

JaegerSpan span_of(const json& span, const json& processes) {
  const json& process = processes.at(span.at("processID").get<std::string>());
  JaegerSpan out;
  out.trace = span.at("traceID");
  out.id = span.at("spanID");
  out.name = span.at("operationName");
  out.service = process.at("serviceName");
  out.tags = tags_of(span);
  out.process = tags_of(process);
  out.start = span.at("startTime");
  out.length = span.at("duration");
  if (const json warnings = span.value("warnings", json()); !warnings.is_null())
    out.warnings = warnings.dump();
  for (const json& reference : span.at("references")) {
    if (reference.at("refType") == "CHILD_OF")
      out.parent = reference.at("spanID");
    else
      out.links.push_back(reference.at("traceID").get<std::string>() + "-" +
                          reference.at("spanID").get<std::string>());
  }
  return out;
}

}  // namespace

Jaeger::Jaeger(const std::string& query, const std::string& otlp) : query_(query), otlp_(otlp) {}

bool Jaeger::take(const ForeignSpan& span) const {
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  json told = {{"traceId", span.trace},
               {"spanId", span.id},
               {"name", span.name},
               {"kind", span.kind},
               {"startTimeUnixNano", std::to_string(now)},
               {"endTimeUnixNano", std::to_string(now + 1000)}};
  if (!span.parent.empty()) told["parentSpanId"] = span.parent;
  const json service = {{"key", "service.name"}, {"value", {{"stringValue", span.service}}}};
  const json resource = {{"resource", {{"attributes", json::array({service})}}},
                         {"scopeSpans", json::array({{{"spans", json::array({told})}}})}};
  const json body = {{"resourceSpans", json::array({resource})}};
  return http_ask(port_of(otlp_),
                  {"POST", "/v1/traces", body.dump(), {{"Content-Type", "application/json"}}})
             .status == 200;
}

std::vector<JaegerSpan> Jaeger::trace(const std::string& id) const {
  return ask("/api/traces/" + id);
}

std::vector<JaegerSpan> Jaeger::spans_of(const std::string& service,
                                         const std::string& name) const {
  std::vector<JaegerSpan> all = ask("/api/traces?lookback=1h&limit=100&service=" + service);
  std::erase_if(
      all, [&](const JaegerSpan& each) { return each.service != service || each.name != name; });
  return all;
}

std::vector<JaegerSpan> Jaeger::ask(const std::string& path) const {
  const Answer answer = http_get(port_of(query_), path);
  std::vector<JaegerSpan> out;
  if (answer.status != 200) return out;
  const json told = json::parse(answer.body);
  for (const json& trace : told.at("data")) {
    for (const json& span : trace.at("spans")) out.push_back(span_of(span, trace.at("processes")));
  }
  std::sort(out.begin(), out.end(),
            [](const JaegerSpan& a, const JaegerSpan& b) { return a.start < b.start; });
  return out;
}

}  // namespace integration
