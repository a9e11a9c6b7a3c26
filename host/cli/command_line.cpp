#include "host/cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include "connector/abi.h"
#include "host/cli/control_parser.hpp"

namespace connector_host::cli {
namespace {

constexpr const char* about = "connector-host moves records between systems, at least once, through plugins named in a YAML topology.";
constexpr const char* footer =
    "Exit codes: 0 ok; 1 run time, or the server refused or failed; 2 configuration or command line; 3 a dependency (check) or the\n"
    "server (status, pause, …) cannot be reached.\n"
    "Plugins are looked for beside the program, in CONNECTOR_PLUGIN_PATH (':' between), in --plugin-path and in the topology's plugin_dirs.";

std::string version_text() {
  return std::string("connector-host ") + CONNECTOR_HOST_VERSION + " (plugin ABI " + std::to_string(CONNECTOR_ABI_MAJOR) + "." +
         std::to_string(CONNECTOR_ABI_MINOR) + ")";
}

class Parser {
 public:
  Parser() : app_(about, "connector-host") {
    app_.footer(footer);
    app_.set_version_flag("--version", version_text());
    app_.option_defaults()->always_capture_default(false);
    app_.require_subcommand(0, 1);  // what follows a command is never another one, so a connector may be called "status"
    app_.add_option("--topology", line_.topology, "Run this topology (the same as: run FILE)");
    watch_flag(app_);
    common(app_);
    watch_flag(*file_command("run", Command::run, "Run a topology until its sources end or it is told to stop"));
    file_command("validate", Command::validate, "Look for mistakes in a topology, all at once, without reaching any server");
    file_command("check", Command::check, "Ask every dependency of a topology: is it there, and does it let us in?");
    plugin_commands();
    CLI::App* schema = app_.add_subcommand("schema", "Print the JSON Schema of a topology with the options of all plugins");
    schema->callback([this] { line_.command = Command::schema; });
    common(*schema);
    healthcheck_command();
    control_.emplace(app_, line_.control, [this] { line_.command = Command::control; });
  }

  ParsedCommandLine parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& wanted) {  // --help, --version
      return {std::nullopt, exit_ok, said_by(wanted)};
    } catch (const CLI::ParseError& error) {
      return {std::nullopt, exit_config, std::string("connector-host: ") + error.what() + "; see connector-host --help\n"};
    }
    if (const std::string wrong = line_.command == Command::control ? control_->complaint() : ""; !wrong.empty())
      return {std::nullopt, exit_config, "connector-host: " + wrong + "; see connector-host --help\n"};
    line_.control.json |= line_.json;
    if (line_.topology.empty() && needs_topology())
      return {std::nullopt, exit_config, "connector-host: which topology? Say --topology FILE; see connector-host --help\n"};
    return {line_, exit_ok, {}};
  }

 private:
  void common(CLI::App& to) {
    to.add_flag("--json", line_.json, "Print JSON instead of text");
    to.add_option("--plugin-path", line_.plugin_paths, "One more directory with plugins (may be repeated)");
  }
  CLI::App* file_command(const char* name, Command command, const char* description) {
    CLI::App* sub = app_.add_subcommand(name, description);
    sub->add_option("FILE,--topology", line_.topology, "The topology")->required();
    sub->callback([this, command] { line_.command = command; });
    common(*sub);
    return sub;
  }
  void watch_flag(CLI::App& to) { to.add_flag("--watch", line_.watch, "Read the topology again when its file changes (SIGHUP does it once)"); }
  void plugin_commands() {
    CLI::App* plugin = app_.add_subcommand("plugin", "What plugins there are, and what they can do");
    plugin->require_subcommand(1);
    CLI::App* list = plugin->add_subcommand("list", "Every plugin library found, and what is wrong with the unusable ones");
    list->callback([this] { line_.command = Command::plugin_list; });
    common(*list);
    CLI::App* describe = plugin->add_subcommand("describe", "The options of one component");
    describe->add_option("NAME", line_.plugin, "A component's type, such as rabbitmq")->required();
    describe->callback([this] { line_.command = Command::plugin_describe; });
    common(*describe);
  }
  void healthcheck_command() {
    CLI::App* sub = app_.add_subcommand("healthcheck", "Ask a running host at /livez whether its process is alive, as containers are asked");
    sub->add_option("--url", line_.health_url, "Its health listener (env CONNECTOR_HOST_HEALTH_URL; http://127.0.0.1:8080)")
        ->type_name("URL")
        ->check([](const std::string& value) { return value.empty() ? "the value is empty" : ""; });
    sub->callback([this] { line_.command = Command::healthcheck; });
  }
  bool needs_topology() const { return line_.command == Command::run || line_.command == Command::validate || line_.command == Command::check; }
  std::string said_by(const CLI::Success& wanted) {
    std::ostringstream out, err;
    app_.exit(wanted, out, err);
    return out.str();
  }

  CLI::App app_;
  CommandLine line_;
  std::optional<ControlParser> control_;
};

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace connector_host::cli
