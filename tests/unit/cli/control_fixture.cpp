#include "tests/unit/cli/control_fixture.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/cli/command_line.hpp"
#include "host/cli/control_commands.hpp"

namespace connector_host::cli {
namespace {

std::string new_folder() {
  std::string pattern = testing::TempDir() + "control-XXXXXX";
  return ::mkdtemp(pattern.data());
}

}  // namespace

ControlTest::ControlTest() : folder(new_folder()) {
  ::unsetenv("CONNECTOR_HOST_URL");
  ::unsetenv("CONNECTOR_HOST_TOKEN");
}

ControlTest::~ControlTest() {
  std::filesystem::remove_all(folder);
}

Outcome ControlTest::run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin() + 1, {"--url", server.url()});
  return run_as_it_is(std::move(arguments));
}

Outcome ControlTest::run_as_it_is(std::vector<std::string> arguments) {
  std::vector<const char*> argv{"connector-host"};
  for (const std::string& each : arguments) argv.push_back(each.c_str());
  const ParsedCommandLine parsed = parse_command_line(int(argv.size()), argv.data());
  if (!parsed.command_line)
    return parsed.code == exit_ok ? Outcome{parsed.code, parsed.text, {}}
                                  : Outcome{parsed.code, {}, parsed.text};
  if (parsed.command_line->command != Command::control)
    return {-1, {}, "another command was parsed"};
  std::ostringstream out, err;
  const auto pause = world.make_gate();
  const int code = control(parsed.command_line->control, out, err, world, screen, {}, *pause);
  return {code, out.str(), err.str()};
}

std::string ControlTest::file(const std::string& name, const std::string& text) const {
  std::ofstream(folder + "/" + name) << text;
  return folder + "/" + name;
}

std::string status_of(const std::string& name, const std::string& state,
                      const std::vector<std::string>& tasks) {
  std::string out = R"({"name":")" + name + R"(","connector":{"state":")" + state +
                    R"(","worker_id":"h:8083"},"tasks":[)";
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const std::string trace =
        tasks[i] == "FAILED" ? R"(,"trace":"Broken: by a test\n\tat line 1")" : "";
    out += (i ? "," : "") + (R"({"id":)" + std::to_string(i)) + R"(,"state":")" + tasks[i] +
           R"(","worker_id":"h:8083")" + trace + "}";
  }
  return out + R"(],"type":"source"})";
}

}  // namespace connector_host::cli
