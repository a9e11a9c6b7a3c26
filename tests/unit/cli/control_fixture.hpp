#pragma once
// ControlTest: the commands that drive a running host, parsed and run as the program does it,
// against a scripted server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/cli/control_session.hpp"
#include "tests/unit/cli/jumping_world.hpp"
#include "tests/unit/cli/scripted_server.hpp"

namespace connector_host::cli {

struct Outcome {
  int code = -1;
  std::string out, err;
};

class ControlTest : public testing::Test {
 protected:
  ControlTest();
  ~ControlTest() override;

  // arguments[0] is the command; the URL of the server is added.
  Outcome run(std::vector<std::string> arguments);
  // Nothing is added.
  Outcome run_as_it_is(std::vector<std::string> arguments);
  std::string file(const std::string& name, const std::string& text) const;

  ScriptedServer server;
  JumpingWorld world;
  Screen screen;
  const std::string folder;
};

// A status as a server gives it: of the connector, then of each task.
std::string status_of(const std::string& name, const std::string& state,
                      const std::vector<std::string>& tasks);

}  // namespace connector_host::cli
