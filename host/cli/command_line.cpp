#include "host/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <sstream>

#include "connector/abi.h"
#include "host/cli/control_parser.hpp"

namespace connector_host::cli {
namespace {

constexpr const char* about = "connector-host moves records between systems, at least once, through plugins named in a YAML topology.";
constexpr const char* footer =
    "Exit codes: 0 ok; 1 run time, or the server refused or failed; 2 configuration or command line; 3 a dependency (check) or the\n"
    "server (status, pause, …) cannot be reached.\n"
    "Plugins are looked for beside the program, in CONNECTOR_PLUGIN_PATH (':' between), in --plugin-path and in the topology's plugin_dirs.";
constexpr const char* footer_of_validate =
    "Of what only a plugin can judge, the first mistake of each component is told. Certificates, keys and other files\n"
    "whose paths are options are not read; those of ${file:…} are.";
constexpr const char* see_help = "; see connector-host --help";

std::string version_text() {
  return std::string("connector-host ") + CONNECTOR_HOST_VERSION + " (plugin ABI " + std::to_string(CONNECTOR_ABI_MAJOR) + "." +
         std::to_string(CONNECTOR_ABI_MINOR) + ")";
}

// CLI11 would show the topology as two things that may be left out.
class UsageWithFile : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* /*app*/, std::string name) const override {
    return "Usage: " + name + " [OPTIONS] FILE\n   or: " + name + " [OPTIONS] --topology FILE\n";
  }
};

class Parser {
 public:
  Parser() : app_(about, "connector-host") {
    app_.footer(footer);
    app_.set_version_flag("--version", version_text());
    app_.option_defaults()->always_capture_default(false);
    app_.require_subcommand(0, 1);  // what follows a command is never another one, so a connector may be called "status"
    app_.add_option("--topology", topology_.at_the_top, "Run this topology (the same as: run FILE)")->type_name("FILE");
    watch_flag(app_);
    plugin_path(app_);
    watch_flag(*file_command("run", Command::run, "Run a topology until its sources end or it is told to stop"));
    CLI::App* validate = file_command("validate", Command::validate, "Look for mistakes in a topology, all at once, without reaching any server");
    validate->footer(std::string(footer_of_validate) + "\n" + footer);
    json_flag(*validate);
    json_flag(*file_command("check", Command::check, "Ask every dependency of a topology: is it there, and does it let us in?"));
    plugin_commands();
    CLI::App* schema = app_.add_subcommand("schema", "Print the JSON Schema of a topology with the options of all plugins");
    schema->callback([this] { line_.command = Command::schema; });
    json_flag(*schema);
    plugin_path(*schema);
    healthcheck_command();
    control_.emplace(app_, line_.control, [this] { line_.command = Command::control; });
  }

  ParsedCommandLine parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& wanted) {  // --help, --version
      return {std::nullopt, exit_ok, said_by(wanted)};
    } catch (const CLI::ParseError& error) {
      return refused(why_not_parsed(error));
    }
    const std::string wrong = line_.command == Command::control ? control_->complaint() : needs_topology() ? take_topology() : "";
    if (!wrong.empty()) return refused(wrong + see_help);
    return {line_, exit_ok, {}};
  }

 private:
  // Where a topology can be named.
  struct TopologyNames {
    std::string at_the_top, file, option;
  };

  static ParsedCommandLine refused(const std::string& why) { return {std::nullopt, exit_config, "connector-host: " + why + "\n"}; }
  // CLI11 says of a word that is no command no more than that it was not expected.
  std::string why_not_parsed(const CLI::ParseError& error) const {
    if (plugin_->parsed() && plugin_->get_subcommands().empty()) {
      const std::string word = unknown_word(*plugin_);
      return (word.empty() ? "which command of plugin?" : "there is no command 'plugin " + word + "':") + " list, describe";
    }
    const std::string word = app_.get_subcommands().empty() ? unknown_word(app_) : "";
    return (word.empty() ? error.what() : "there is no command '" + word + "'") + see_help;
  }
  static std::string unknown_word(const CLI::App& app) {
    const std::vector<std::string> rest = app.remaining();
    return rest.empty() || rest.front().starts_with('-') ? "" : rest.front();
  }
  std::string take_topology() {
    const auto chosen = app_.get_subcommands();
    const std::string how = (chosen.empty() ? "run" : chosen.front()->get_name()) + " FILE";
    for (const std::string* each : {&topology_.at_the_top, &topology_.file, &topology_.option}) {
      if (each->empty()) continue;
      if (!line_.topology.empty()) return "one topology, not two: " + how;
      line_.topology = *each;
    }
    return line_.topology.empty() ? "name a topology: " + how : "";
  }
  void json_flag(CLI::App& to) { to.add_flag("--json", line_.json, "Print JSON instead of text"); }
  void plugin_path(CLI::App& to) { to.add_option("--plugin-path", line_.plugin_paths, "One more directory with plugins (may be repeated)"); }
  CLI::App* file_command(const char* name, Command command, const char* description) {
    CLI::App* sub = app_.add_subcommand(name, description);
    sub->formatter(std::make_shared<UsageWithFile>());
    sub->add_option("FILE", topology_.file, "The topology")->type_name("");
    sub->add_option("--topology", topology_.option, "The same, said as an option")->type_name("FILE");
    sub->callback([this, command] { line_.command = command; });
    plugin_path(*sub);
    return sub;
  }
  void watch_flag(CLI::App& to) { to.add_flag("--watch", line_.watch, "Read the topology again when its file changes (SIGHUP does it once)"); }
  void plugin_commands() {
    plugin_ = app_.add_subcommand("plugin", "What plugins there are, and what they can do");
    plugin_->require_subcommand(1);
    CLI::App* list = plugin_->add_subcommand("list", "Every plugin library found, and what is wrong with the unusable ones");
    list->callback([this] { line_.command = Command::plugin_list; });
    json_flag(*list);
    plugin_path(*list);
    CLI::App* describe = plugin_->add_subcommand("describe", "The options of one component");
    describe->add_option("NAME", line_.plugin, "A component's type, such as rabbitmq")->required();
    describe->callback([this] { line_.command = Command::plugin_describe; });
    json_flag(*describe);
    plugin_path(*describe);
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
  CLI::App* plugin_ = nullptr;
  TopologyNames topology_;
  CommandLine line_;
  std::optional<ControlParser> control_;
};

}  // namespace

ParsedCommandLine parse_command_line(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace connector_host::cli
