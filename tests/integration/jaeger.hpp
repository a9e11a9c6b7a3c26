#pragma once
// Jaeger: a real one, as a test talks to it: spans of programs that are not ours go in by OTLP over
// HTTP, and whole traces come out of its query API, as the page shows them.
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace integration {

struct JaegerSpan {
  std::string trace, id, parent, name, service;
  std::map<std::string, std::string>
      tags;  // of the span: attributes, span.kind, error …; numbers as text
  std::map<std::string, std::string> process;  // of its resource
  std::vector<std::string> links;              // "TRACE-SPAN"
  std::int64_t start = 0, length = 0;          // µs
  std::string warnings;                        // what Jaeger has to say against it
};

// What stands in OTLP/JSON about a span of a program that the test plays.
struct ForeignSpan {
  std::string service, trace, id, parent, name;
  int kind = 1;  // of OTLP: 1 internal, 4 producer, 5 consumer
};

class Jaeger {
 public:
  // "HOST:PORT" of the query API, and of OTLP over HTTP.
  Jaeger(const std::string& query, const std::string& otlp);

  // False: it was not taken.
  bool take(const ForeignSpan& span) const;
  // Sorted by their start; empty: it knows of no such trace (yet).
  std::vector<JaegerSpan> trace(const std::string& id) const;
  // The spans of this name of the traces that this service has a part in.
  std::vector<JaegerSpan> spans_of(const std::string& service, const std::string& name) const;
  std::string endpoint() const { return "http://" + otlp_; }

 private:
  std::vector<JaegerSpan> ask(const std::string& path) const;

  const std::string query_, otlp_;
};

}  // namespace integration
