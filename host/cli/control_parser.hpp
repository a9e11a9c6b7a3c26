#pragma once
// ControlParser: the commands that drive a running host, as CLI11 is told of them. Part of parse_command_line, and owned by
// it; the application and the line outlive it.
#include <functional>
#include <memory>
#include <string>

#include "host/cli/control_line.hpp"

namespace CLI {
class App;
}

namespace connector_host::cli {

class ControlParser {
 public:
  // chosen is called while the application parses, when the user has given one of these commands.
  ControlParser(CLI::App& app, ControlLine& line, std::function<void()> chosen);
  ~ControlParser();

  // After the application has parsed one of them: what CLI11 could not see to be wrong, in one line, or nothing.
  std::string complaint();

 private:
  struct Given;
  class Commands;
  std::string take_name();
  std::string take_times();
  std::string take_task();
  std::string take_count();
  std::string look_at_access();

  ControlLine& line_;
  std::unique_ptr<Given> given_;
};

}  // namespace connector_host::cli
