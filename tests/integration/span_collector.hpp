#pragma once
// SpanCollector: a collector for OTLP/HTTP, as a test needs it: it keeps the spans that it was sent
// as JSON, and everything as it came.
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "host/http/server.hpp"

namespace integration {

struct CollectedSpan {
  std::string trace, id, parent, name;
  int kind = 0;  // 1 internal, 4 producer, 5 consumer
};

class SpanCollector {
 public:
  SpanCollector();

  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::vector<CollectedSpan> spans() const;
  // Everything it was sent, as it came.
  std::string text() const;

 private:
  connector_host::http::Response take(const connector_host::http::Request& request);

  mutable std::mutex mutex_;  // guards the next two
  std::vector<CollectedSpan> spans_;
  std::string text_;
  connector_host::http::Server server_;
};

}  // namespace integration
