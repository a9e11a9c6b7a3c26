#pragma once
// RestTest: a host with an admin API and a topology of the test's own, which needs no server.
#include <nlohmann/json.hpp>

#include "tests/integration/line_fixture.hpp"

namespace integration {

using nlohmann::json;

class RestTest : public LineTest {
 protected:
  void SetUp() override;

  // The file of the topology: these connectors, and ports and folders that stay the same.
  void write_topology(const std::string& connectors, const std::string& more = {}) const;
  void start(const std::vector<std::string>& more_arguments = {});
  void kill_and_start();

  Answer ask(const std::string& method, const std::string& path, const json& body = nullptr) const;
  json get(const std::string& path) const {
    return json::parse(ask("GET", path).body, nullptr, false);
  }
  json status(const std::string& name) const { return get("/connectors/" + name + "/status"); }
  std::string state(const std::string& name) const;
  // The connector and its tasks, at least one unless it is STOPPED, are in this state.
  bool reaches(const std::string& name, const std::string& state) const;
  // Of all tasks, since the connector was made in this process.
  std::int64_t records(const std::string& name, const std::string& what) const;
  double resident_bytes() const;  // of the host
  bool moves(const std::string& name) const;

  // generator to null, flat.
  static json config(const json& more = json::object());  // without an id unless more has one
  static std::string connector(const std::string& name, const std::string& rate = "1000");

  std::string topology;
  std::string
      admin_keys;  // further keys of the section admin, for write_topology: "file_roots: [/x]"
};

}  // namespace integration
