#include "host/admin/http_metrics.hpp"

#include <gtest/gtest.h>

#include "host/world/real_world.hpp"

namespace connector_host::admin {
namespace {

struct HttpMetricsTest : testing::Test {
  void ask(const std::vector<std::string>& segments, int status) {
    http::Request request;
    request.segments = segments;
    metrics.counted("admin", request, [&] { return http::Response{status, "", "", {}}; });
  }
  double count(const std::string& route, const std::string& code) {
    const std::string sample = "connector_host_http_requests_total{code=\"" + code +
                               "\",listener=\"admin\",route=\"" + route + "\"} ";
    const std::string page = registry.text();
    const std::size_t at = page.find(sample);
    return at == std::string::npos ? -1 : std::stod(page.substr(at + sample.size()));
  }

  world::RealWorld world;
  observability::MetricsRegistry registry{{"1", "c", "1.0"}};
  HttpMetrics metrics{{{"admin", {"", "connectors"}}}, world, registry};
};

TEST_F(HttpMetricsTest, Every_route_and_class_is_there_from_the_start) {
  EXPECT_EQ(count("/", "2xx"), 0);
  EXPECT_EQ(count("/connectors", "5xx"), 0);
  EXPECT_EQ(count("other", "4xx"), 0);
}

TEST_F(HttpMetricsTest, What_a_client_invents_makes_no_series) {
  ask({"connectors", "a", "status"}, 200);
  ask({"connectors", "b"}, 404);
  ask({"../../etc"}, 404);
  ask({"other"}, 404);
  ask({}, 200);
  EXPECT_EQ(count("/connectors", "2xx"), 1);
  EXPECT_EQ(count("/connectors", "4xx"), 1);
  EXPECT_EQ(count("other", "4xx"), 2);
  EXPECT_EQ(count("/", "2xx"), 1);
  EXPECT_EQ(registry.text().find("etc"), std::string::npos);
  EXPECT_NE(registry.text().find("connector_host_http_request_seconds_count{listener=\"admin\"} 5"),
            std::string::npos);
}

TEST_F(HttpMetricsTest, An_answer_that_fails_is_one_of_500) {
  http::Request request;
  request.segments = {"connectors"};
  EXPECT_THROW(
      metrics.counted("admin", request, []() -> http::Response { throw std::runtime_error("no"); }),
      std::runtime_error);
  EXPECT_EQ(count("/connectors", "5xx"), 1);
}

}  // namespace
}  // namespace connector_host::admin
