// event_tool: publishes a known set of events to RabbitMQ and checks what became of each of them in
// Kafka. Exit codes: 0 as promised, 1 lost, repeated or altered, 2 wrong use, 3 a server did not do
// what it was asked.
#include <cstdio>
#include <exception>

#include "tests/integration/event_tool/commands.hpp"

namespace event_tool {

void add_plan_options(CLI::App& command, PlanSettings& plan) {
  command.add_option("--count", plan.count, "events to publish, repeats and bad ones among them");
  command.add_option("--size", plan.size, "bytes of a body");
  command.add_option("--duplicates", plan.duplicates, "share that repeats an earlier event")
      ->check(CLI::Range(0.0, 1.0));
  command.add_option("--poison", plan.poison, "share that has no id")->check(CLI::Range(0.0, 1.0));
  command.add_option("--seed", plan.seed, "another seed gives other events");
}

namespace {

int start(int argc, char** argv) {
  CLI::App app(
      "Publishes a known set of events to RabbitMQ and checks what became of each in Kafka",
      "event_tool");
  app.require_subcommand(1);
  Run run;
  add_publish_command(app, run);
  add_verify_command(app, run);
  add_queue_commands(app, run);
  add_topic_commands(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return run();
}

}  // namespace
}  // namespace event_tool

int main(int argc, char** argv) {
  try {
    return event_tool::start(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "event_tool: %s\n", error.what());
    return 3;
  }
}
