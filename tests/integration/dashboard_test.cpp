// The Grafana dashboard and the alerts against a real Prometheus that scrapes a host between real
// servers: each expression of each panel gives data, and each rule can be evaluated.
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::string escaped(const std::string& text) {
  std::string out;
  for (const unsigned char c : text) {
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", c);
    out += code;
  }
  return out;
}

// What Grafana puts in the place of its variables when everything is chosen.
std::string filled_in(std::string expression) {
  const std::pair<const char*, const char*> variables[] = {
      {"$__rate_interval", "10s"}, {"$instance", ".*"}, {"$connector", ".*"}};
  for (const auto& [name, value] : variables)
    for (std::size_t at = 0; (at = expression.find(name, at)) != std::string::npos;)
      expression.replace(at, std::string(name).size(), value);
  return expression;
}

class DashboardTest : public LineTest {
 protected:
  // With the alerts, and a data directory of its own. Debian's own service is not touched.
  void start_prometheus() {
    prometheus_port = free_port();
    const std::string config = folder + "/prometheus.yml",
                      address = "127.0.0.1:" + std::to_string(prometheus_port);
    std::ofstream(config)
        << "global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: [" << ALERTS
        << "]\nscrape_configs: [{ job_name: hosts, static_configs: [{ targets: ['127.0.0.1:"
        << http_port << "'] }] }]\n";
    prometheus = std::make_unique<Program>(
        std::vector<std::string>{"/usr/bin/prometheus", "--config.file=" + config,
                                 "--storage.tsdb.path=" + folder + "/tsdb",
                                 "--web.listen-address=" + address, "--log.level=warn"},
        Environment{}, folder + "/prometheus.log");
    ASSERT_TRUE(
        eventually([&] { return http_get(prometheus_port, "/-/ready").status == 200; }, 30s))
        << prometheus->output();
  }
  json ask(const std::string& path) const {
    return json::parse(http_get(prometheus_port, "/api/v1/" + path).body, nullptr, false);
  }

  // What is wrong with it; empty: it gives a value that is a number.
  std::string trouble(const std::string& expression) const {
    const json answer = ask("query?query=" + escaped(filled_in(expression)));
    if (!answer.is_object() || answer.value("status", "") != "success")
      return "is refused: " + answer.dump();
    for (const json& series : answer["data"]["result"])
      if (!std::isnan(std::stod(series["value"][1].get<std::string>()))) return "";
    return "gives no data";
  }
  std::string trouble_of(const json& panel) const {
    std::string all;
    for (const json& target : panel.value("targets", json::array())) {
      const std::string expression = target["expr"], what = trouble(expression);
      if (!what.empty())
        all += panel["title"].get<std::string>() + ": " + expression + " " + what + "\n";
    }
    return all;
  }

  std::uint16_t prometheus_port = 0;
  std::unique_ptr<Program> prometheus;
};

TEST_F(DashboardTest, Each_expression_of_each_panel_gives_data_and_each_alert_can_be_evaluated) {
  make_queue();
  make_topics();
  start_host();
  const auto publisher = publishing(plan(100'000, 0.1, 0.02), 300);
  ASSERT_TRUE(eventually([&] { return delivered() > 0; }, 30s)) << log();
  start_prometheus();

  const json dashboard = json::parse(file_text(DASHBOARD));
  std::size_t rows = 0, panels = 0;
  for (const json& panel : dashboard["panels"]) {
    if (panel["type"] == "row") {
      ++rows;
      continue;
    }
    ++panels;
    std::string what;
    EXPECT_TRUE(eventually([&] { return (what = trouble_of(panel)).empty(); }, 40s)) << what;
    EXPECT_FALSE(panel.value("description", "").empty()) << panel["title"];
  }
  EXPECT_EQ(rows, 5u);
  EXPECT_GT(panels, 25u);
  EXPECT_NE(trouble("connector_host_there_is_no_such_metric"), "");

  ASSERT_TRUE(eventually(
      [&] { return ask("rules")["data"]["groups"][0].value("evaluationTime", 0.0) > 0; }, 20s));
  const json rules = ask("rules");
  for (const json& rule : rules["data"]["groups"][0]["rules"])
    EXPECT_EQ(rule["health"], "ok") << rule;
  for (const json& rule : rules["data"]["groups"][0]["rules"])
    EXPECT_NE(rule["state"], "firing") << rule;
  prometheus->signal(SIGTERM);
  EXPECT_TRUE(prometheus->wait(20s).has_value());
  publisher->signal(SIGTERM);
  EXPECT_EQ(stop_host(), 0) << log();
}

TEST_F(DashboardTest, The_variables_are_filled_from_metrics_that_are_there) {
  const json dashboard = json::parse(file_text(DASHBOARD));
  const std::string text = file_text(METRICS_PAGE);
  std::size_t variables = 0;
  for (const json& each : dashboard["templating"]["list"]) {
    if (each["type"] != "query") continue;
    ++variables;
    const std::string definition = each["definition"];
    ASSERT_TRUE(definition.starts_with("label_values(")) << definition;
    const std::string metric = definition.substr(13, definition.find_first_of("{,", 13) - 13);
    EXPECT_NE(text.find("`" + metric + "`"), std::string::npos) << metric;
  }
  EXPECT_EQ(variables, 2u);
}

}  // namespace
}  // namespace integration
