#include "host/cli/control_parser.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "host/topology/quantity.hpp"

namespace connector_host::cli {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds longest_wait_unless_said = std::chrono::seconds(60);
constexpr milliseconds most = std::chrono::hours(24);
constexpr const char* group_of_commands = "Drive a running host, or Kafka Connect, over its admin API";
constexpr const char* footer_of_commands =
    "Exit codes: 0 ok, 1 the server refused or failed, 2 the command line, 3 the server cannot be reached.\n"
    "A TIME is 30 or 30s, 500ms, 5m. A name that begins with a dash comes after --.";
constexpr const char* group_of_server = "Which server, and how to get in";

// "30" is seconds; "500ms", "30s" and "5m" say their unit. Nothing: no such duration, or one of no use.
std::optional<milliseconds> duration_of(const std::string& text) {
  const bool bare = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  const topology::Quantity parsed = topology::parse_duration(bare ? text + "s" : text);
  if (parsed.flaw != topology::Quantity::Flaw::none || parsed.value <= 0 || parsed.value > most.count()) return std::nullopt;
  return milliseconds(parsed.value);
}

// Most likely a variable of a script that is not set, and then another thing would be done than was meant.
std::string refuse_empty(const std::string& value) {
  return value.empty() ? "the value is empty" : "";
}

std::string no_duration(const char* option, const std::string& text) {
  return std::string(option) + ": '" + text + "' is no duration; write 30, 30s or 500ms, at most 24h";
}

}  // namespace

// What was said, where it has to be looked at as a whole.
struct ControlParser::Given {
  std::string connector, wait, timeout, interval, task, count;
  bool all = false;
  std::vector<const CLI::Option*> names, waits;  // of every command

  static bool any(const std::vector<const CLI::Option*>& options) {
    return std::any_of(options.begin(), options.end(), [](const CLI::Option* each) { return each->count() > 0; });
  }
  bool has_name() const { return any(names); }
  bool has_wait() const { return any(waits); }
};

// Tells CLI11 of each command.
class ControlParser::Commands {
 public:
  Commands(CLI::App& app, ControlLine& line, Given& given, std::function<void()> chosen) : app_(app), line_(line), given_(given), chosen_(std::move(chosen)) {}

  void add() {
    add_status();
    add_change(ControlVerb::pause, "pause", "Let a connector rest: it finishes what it has in hand and takes nothing more, until it is resumed");
    add_change(ControlVerb::resume, "resume", "Let a paused or stopped connector go on");
    add_change(ControlVerb::stop, "stop", "End the tasks of a connector; it stays known, and stopped until it is resumed");
    add_restart();
    add_offsets();
    add_log_level();
    add_command(ControlVerb::reload, "reload", "Have the host read its topology again and apply what has changed (connector-host only)");
    add_top();
  }

 private:
  void add_status() {
    CLI::App& status = add_command(ControlVerb::status, "status", "How all connectors are, or one of them in full");
    add_name(status, "A connector; without it, all of them");
  }

  CLI::App& add_change(ControlVerb verb, const char* name, const char* description) {
    CLI::App& change = add_command(verb, name, description);
    add_name(change, "A connector");
    change.add_flag("--all", given_.all, "Every connector, one after the other");
    CLI::Option* wait = change.add_option("--wait", given_.wait, "Return when every task has got there, or fail after this time (60s unless said)");
    wait->expected(0, 1)->type_name("[TIME]");
    given_.waits.push_back(wait);
    return change;
  }

  void add_restart() {
    CLI::App& restart = add_change(ControlVerb::restart, "restart", "Restart a connector, with its tasks if asked, or one task of it");
    restart.add_flag("--tasks", line_.tasks, "Its tasks as well");
    restart.add_flag("--only-failed", line_.only_failed, "Of the connector and, with --tasks, its tasks: those that have failed");
    restart.add_option("--task", given_.task, "This task alone")->type_name("N")->check(refuse_empty);
  }

  void add_offsets() {
    CLI::App& offsets = add_command(ControlVerb::offsets, "offsets", "Where a connector has got to; a stopped one can be set elsewhere");
    add_name(offsets, "A connector");
    offsets.add_flag("--reset", line_.reset_offsets, "Forget them: it begins at the beginning");
    offsets.add_option("--set", line_.offsets_file, "Set those of this file, or of standard input for -, in the form that --json prints")
        ->type_name("FILE")
        ->check(refuse_empty);
  }

  void add_log_level() {
    CLI::App& log_level = add_command(ControlVerb::log_level, "log-level", "What is logged: all levels, that of one logger, or set it until the next start");
    log_level.add_option("LOGGER", line_.logger, "A logger, such as root")->type_name("")->check(refuse_empty);
    log_level.add_option("LEVEL", line_.level, "Its new level: DEBUG, INFO, WARN, ERROR, …")->type_name("")->check(refuse_empty);
  }

  void add_top() {
    CLI::App& top = add_command(ControlVerb::top, "top", "Watch all connectors: state, records a second, in flight, breakers; Ctrl-C ends it");
    top.add_option("--interval", given_.interval, "Time between two looks (1s)")->type_name("TIME")->check(refuse_empty);
    top.add_option("--count", given_.count, "Look this often, then end")->type_name("N")->check(refuse_empty);
  }

  CLI::App& add_command(ControlVerb verb, const char* name, const char* description) {
    CLI::App& command = *app_.add_subcommand(name, description)->group(group_of_commands);
    command.footer(footer_of_commands);
    command.callback([this_line = &line_, verb, chosen = chosen_] {
      this_line->verb = verb;
      chosen();
    });
    add_server(command);
    return command;
  }

  void add_name(CLI::App& command, const char* description) {
    given_.names.push_back(command.add_option("NAME", given_.connector, description)->type_name(""));
  }

  void add_server(CLI::App& command) {
    ServerOptions& server = line_.server;
    const auto option = [&](const char* name, auto& value, const char* type, const char* description) {
      command.add_option(name, value, description)->type_name(type)->group(group_of_server)->check(refuse_empty);
    };
    option("--url", server.url, "URL", "The admin API, or unix:PATH, its socket (env CONNECTOR_HOST_URL; http://127.0.0.1:8083)");
    option("--token-file", server.token_file, "FILE", "A bearer token (env CONNECTOR_HOST_TOKEN: the token itself)");
    option("--user", server.user, "NAME", "For basic authentication, with --password-file");
    option("--password-file", server.password_file, "FILE", "The password of that user");
    option("--ca", server.ca_file, "FILE", "Who may vouch for an https server, in PEM (those the system trusts)");
    option("--cert", server.cert_file, "FILE", "A certificate to show an https server, in PEM, with --key");
    option("--key", server.key_file, "FILE", "The key of that certificate");
    option("--timeout", given_.timeout, "TIME", "For each answer (10s)");
    command.add_flag("--json", line_.json, "Print what the server answers, as it is");
  }

  CLI::App& app_;
  ControlLine& line_;
  Given& given_;
  const std::function<void()> chosen_;
};

ControlParser::ControlParser(CLI::App& app, ControlLine& line, std::function<void()> chosen) : line_(line), given_(std::make_unique<Given>()) {
  Commands(app, line, *given_, std::move(chosen)).add();
}

ControlParser::~ControlParser() = default;

std::string ControlParser::complaint() {
  for (const auto look :
       {&ControlParser::take_name, &ControlParser::take_times, &ControlParser::take_task, &ControlParser::take_count, &ControlParser::look_at_access}) {
    if (std::string wrong = (this->*look)(); !wrong.empty()) return wrong;
  }
  return {};
}

// "--wait NAME": what was taken for a time is the name, because it is none.
std::string ControlParser::take_name() {
  const ControlVerb verb = line_.verb;
  if (!given_->has_name() && given_->has_wait() && !given_->all && !given_->wait.empty() && !duration_of(given_->wait)) {
    line_.connector = std::exchange(given_->wait, {});
    return {};
  }
  const bool has_name = given_->has_name();
  if (has_name && given_->connector.empty()) return "the name of the connector is empty";
  if (has_name && given_->all) return "either a connector or --all, not both";
  const bool needs_one = verb == ControlVerb::pause || verb == ControlVerb::resume || verb == ControlVerb::stop || verb == ControlVerb::restart;
  if (needs_one && !has_name && !given_->all) return "which connector? Say its name, or --all";
  if (verb == ControlVerb::offsets && !has_name) return "which connector? Say its name";
  line_.connector = given_->connector;
  return {};
}

std::string ControlParser::take_times() {
  if (given_->has_wait()) {
    line_.wait = given_->wait.empty() ? longest_wait_unless_said : duration_of(given_->wait);
    if (!line_.wait) return no_duration("--wait", given_->wait);
  }
  for (const auto& [option, text, time] :
       {std::tuple{"--timeout", &given_->timeout, &line_.server.timeout}, {"--interval", &given_->interval, &line_.interval}}) {
    if (text->empty()) continue;
    const auto duration = duration_of(*text);
    if (!duration) return no_duration(option, *text);
    *time = *duration;
  }
  return {};
}

std::string ControlParser::take_task() {
  if (given_->task.empty()) return {};
  if (given_->all || line_.tasks || line_.only_failed) return "--task restarts one task: it goes with none of --all, --tasks and --only-failed";
  const auto number = topology::parse_integer(given_->task);
  if (!number || *number < 0 || *number > INT32_MAX) return "--task: '" + given_->task + "' is no number of a task; they begin with 0";
  line_.task = std::uint32_t(*number);
  return {};
}

std::string ControlParser::take_count() {
  if (given_->count.empty()) return {};
  const auto number = topology::parse_integer(given_->count);
  if (!number || *number < 1) return "--count: '" + given_->count + "' is no count; write a whole number from 1";
  line_.count = std::uint64_t(*number);
  return {};
}

std::string ControlParser::look_at_access() {
  const ServerOptions& server = line_.server;
  if (server.user.empty() != server.password_file.empty()) return "--user and --password-file belong together";
  if (server.cert_file.empty() != server.key_file.empty()) return "--cert and --key belong together";
  if (!server.user.empty() && !server.token_file.empty()) return "either --user or --token-file, not both";
  if (line_.reset_offsets && !line_.offsets_file.empty()) return "either --reset or --set, not both";
  return {};
}

}  // namespace connector_host::cli
