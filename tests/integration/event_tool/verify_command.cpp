#include <cstdio>
#include <memory>

#include "tests/integration/event_tool/commands.hpp"
#include "tests/integration/event_tool/verifier.hpp"

namespace event_tool {
namespace {

struct Options {
  PlanSettings plan;
  VerifySettings verify;
  unsigned wait_seconds = 0;
  std::uint64_t max_duplicates = 0;
  bool json = false;
  bool progress = false;
};

void tell(const Report& report) {
  std::fprintf(stderr, "  delivered %llu of %llu, dead-lettered %llu of %llu\n",
               static_cast<unsigned long long>(report.delivered),
               static_cast<unsigned long long>(report.planned.originals),
               static_cast<unsigned long long>(report.dead_lettered),
               static_cast<unsigned long long>(report.planned.poison));
}

int verify(Options options) {
  options.verify.wait = std::chrono::seconds(options.wait_seconds);
  const EventPlan plan(options.plan);
  Verifier verifier(plan, options.verify);
  const Report report = verifier.run([&](const Report& so_far) {
    if (options.progress) tell(so_far);
  });
  std::puts(options.json ? report.json().c_str() : report.table().c_str());
  return report.kept(options.max_duplicates) ? 0 : 1;
}

}  // namespace

void add_verify_command(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "verify", "Check that each event of a plan is in Kafka as published; exit 1 when not");
  add_plan_options(*command, options->plan);
  command->add_option("--brokers", options->verify.brokers, "HOST:PORT,...")->required();
  command->add_option("--topic", options->verify.topic, "where the events are")->required();
  command->add_option("--dlq", options->verify.dead_letter_topic, "where the bad ones are");
  command->add_option("--wait", options->wait_seconds, "seconds to wait for what is not there yet");
  command->add_option("--max-duplicates", options->max_duplicates,
                      "copies beyond the first that are forgiven");
  command->add_flag("--json", options->json, "one line of JSON instead of a table");
  command->add_flag("--progress", options->progress, "a line a second on standard error");
  command->callback([options, &run] { run = [options] { return verify(*options); }; });
}

}  // namespace event_tool
