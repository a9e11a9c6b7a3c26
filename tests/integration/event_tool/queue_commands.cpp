#include <csignal>
#include <cstdio>
#include <map>
#include <memory>

#include "tests/integration/event_tool/commands.hpp"
#include "tests/integration/event_tool/publisher.hpp"

namespace event_tool {
namespace {

struct PublishOptions {
  PlanSettings plan;
  PublishSettings publish;
  bool progress = false;
};

struct QueueOptions {
  std::string url;
  std::string queue;
  QueueType type = QueueType::classic;
};

void add_queue_options(CLI::App& command, std::string& url, std::string& queue) {
  command.add_option("--url", url, "amqp://user:password@host:port")->required();
  command.add_option("--queue", queue, "name of the queue")->required();
}

void add_type_option(CLI::App& command, QueueType& type) {
  const std::map<std::string, QueueType> names{{"classic", QueueType::classic},
                                               {"quorum", QueueType::quorum},
                                               {"single-active", QueueType::single_active}};
  command
      .add_option("--queue-type", type,
                  "classic, quorum, or single-active: a quorum queue for one consumer at a time")
      ->transform(CLI::CheckedTransformer(names));
}

// SIGTERM ends it in good order; how many were published is printed then.
volatile std::sig_atomic_t stop_wanted = 0;

int publish_plan(const PublishOptions& options) {
  std::signal(SIGTERM, [](int) { stop_wanted = 1; });
  const std::uint64_t published =
      publish(EventPlan(options.plan), options.publish, [&](std::uint64_t sent) {
        if (options.progress)
          std::fprintf(stderr, "  published %llu of %llu\n", static_cast<unsigned long long>(sent),
                       static_cast<unsigned long long>(options.plan.count));
      });
  if (stop_wanted) std::printf("%llu\n", static_cast<unsigned long long>(published));
  return 0;
}

// "READY CONSUMERS"; 1 when there is no such queue. What is delivered and not acknowledged is not
// told over AMQP.
int depth(const QueueOptions& options) {
  const auto state = AmqpChannel(options.url).queue_state(options.queue);
  if (!state) return std::fprintf(stderr, "no queue %s\n", options.queue.c_str()), 1;
  std::printf("%u %u\n", state->ready, state->consumers);
  return 0;
}

void add_queue_command(CLI::App& group, const char* name, const char* help, Run& run,
                       int (*act)(const QueueOptions&)) {
  auto options = std::make_shared<QueueOptions>();
  CLI::App* command = group.add_subcommand(name, help);
  add_queue_options(*command, options->url, options->queue);
  add_type_option(*command, options->type);
  command->callback([options, act, &run] { run = [options, act] { return act(*options); }; });
}

}  // namespace

void add_publish_command(CLI::App& app, Run& run) {
  auto options = std::make_shared<PublishOptions>();
  options->publish.stopped = [] { return stop_wanted != 0; };
  CLI::App* command = app.add_subcommand("publish", "Publish the events of a plan, each confirmed");
  add_queue_options(*command, options->publish.url, options->publish.queue);
  add_plan_options(*command, options->plan);
  add_type_option(*command, options->publish.type);
  command->add_option("--rate", options->publish.rate, "events a second; 0: no limit");
  command->add_option("--window", options->publish.window, "unconfirmed at most")
      ->check(CLI::PositiveNumber);
  command->add_option("--header", options->publish.headers,
                      "NAME=VALUE: a header that every event has as well");
  command->add_flag("--persistent,!--transient", options->publish.persistent,
                    "delivery mode 2, the default, or 1");
  command->add_flag("--progress", options->progress, "a line now and then on standard error");
  command->callback([options, &run] { run = [options] { return publish_plan(*options); }; });
}

void add_queue_commands(CLI::App& app, Run& run) {
  CLI::App* group =
      app.add_subcommand("queue", "Look at a queue, or change it")->require_subcommand(1);
  add_queue_command(*group, "depth", "Print how many are ready, and how many consumers there are",
                    run, depth);
  add_queue_command(*group, "declare", "Make the durable queue", run,
                    [](const QueueOptions& options) {
                      AmqpChannel(options.url).declare_queue(options.queue, options.type);
                      return 0;
                    });
  add_queue_command(*group, "purge", "Remove what is ready", run, [](const QueueOptions& options) {
    AmqpChannel(options.url).purge(options.queue);
    return 0;
  });
  add_queue_command(*group, "delete", "Remove the queue", run, [](const QueueOptions& options) {
    AmqpChannel(options.url).remove(options.queue);
    return 0;
  });
}

}  // namespace event_tool
