#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "tests/integration/event_tool/commands.hpp"
#include "tests/integration/event_tool/topic_admin.hpp"

namespace event_tool {
namespace {

using Clock = std::chrono::steady_clock;

struct TopicOptions {
  std::string brokers;
  std::string topic;
  std::string user;
  int partitions = 3;
  std::uint64_t records = 0;
  unsigned wait_seconds = 60;
};

std::shared_ptr<TopicOptions> add_topic_command(CLI::App& group, const char* name, const char* help,
                                                Run& run, int (*act)(const TopicOptions&)) {
  auto options = std::make_shared<TopicOptions>();
  CLI::App* command = group.add_subcommand(name, help);
  command->add_option("--brokers", options->brokers, "HOST:PORT,...")->required();
  command->add_option("--topic", options->topic, "name of the topic")->required();
  command->callback([options, act, &run] { run = [options, act] { return act(*options); }; });
  return options;
}

int create(const TopicOptions& options) {
  TopicAdmin(options.brokers).create(options.topic, options.partitions);
  return 0;
}

int remove(const TopicOptions& options) {
  TopicAdmin(options.brokers).remove(options.topic);
  return 0;
}

int allow(const TopicOptions& options) {
  TopicAdmin(options.brokers).allow_writing(options.topic, options.user);
  return 0;
}

int count(const TopicOptions& options) {
  std::printf("%llu\n",
              static_cast<unsigned long long>(TopicAdmin(options.brokers).records(options.topic)));
  return 0;
}

// "RECORDS SECONDS": how many came after the first look that saw any, and how long that took. For
// rates without start-up.
int await(const TopicOptions& options) {
  const TopicAdmin admin(options.brokers);
  const auto end = Clock::now() + std::chrono::seconds(options.wait_seconds);
  std::uint64_t first = 0;
  Clock::time_point since{};
  while (Clock::now() < end) {
    const std::uint64_t now = admin.records(options.topic);
    if (first == 0 && now > 0) first = now, since = Clock::now();
    if (now >= options.records) {
      std::printf("%llu %.6f\n", static_cast<unsigned long long>(now - first),
                  std::chrono::duration<double>(Clock::now() - since).count());
      return 0;
    }
    std::this_thread::sleep_for(
        std::chrono::milliseconds(100));  // each look costs the broker what some hundred records do
  }
  std::fprintf(stderr, "%s holds fewer than %llu records after %u s\n", options.topic.c_str(),
               static_cast<unsigned long long>(options.records), options.wait_seconds);
  return 1;
}

}  // namespace

void add_topic_commands(CLI::App& app, Run& run) {
  CLI::App* group =
      app.add_subcommand("topic", "Make, remove or measure a topic")->require_subcommand(1);
  auto created = add_topic_command(*group, "create", "Make the topic", run, create);
  group->get_subcommand("create")
      ->add_option("--partitions", created->partitions, "how many")
      ->check(CLI::PositiveNumber);
  add_topic_command(*group, "delete", "Remove the topic", run, remove);
  auto allowed =
      add_topic_command(*group, "allow", "Let a user write to it, and do nothing else", run, allow);
  group->get_subcommand("allow")
      ->add_option("--user", allowed->user, "name of the user")
      ->required();
  add_topic_command(*group, "count", "Print how many records it holds", run, count);
  auto awaited = add_topic_command(
      *group, "await",
      "Wait until it holds so many records; print records and seconds since the first", run, await);
  group->get_subcommand("await")->add_option("--records", awaited->records, "how many")->required();
  group->get_subcommand("await")->add_option("--wait", awaited->wait_seconds, "seconds at most");
}

}  // namespace event_tool
