// What a claim and a commit of one id cost this process, in CPU time: of the built plugins, and of
// the plain way to use hiredis.
//
// usage: dedup_bench HOST:PORT [ids in a batch] [batches]
// The server's CPU is not in the figures. Runs alternate; the median of five is printed.
#include <hiredis/hiredis.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <connector/testing/plugin_under_test.hpp>
#include <connector/testing/with_defaults.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

using connector::testing::DedupDriver;
using connector::testing::FakeHost;
using connector::testing::PluginUnderTest;
using connector::testing::Settings;
using connector::testing::TestCall;

constexpr const char* owner = "3f1c8a5e-0d0b-4c57-8a43-7b9c2f6f9d11/rmq-to-kafka/0";

struct Batches {
  std::vector<std::vector<std::string>> texts;
  std::vector<std::vector<connector_view>> views;
};

// Like the ids of UUIDs with a scope in front. Each run has its own.
Batches make_batches(std::size_t batches, std::size_t size) {
  static int run = 0;
  ++run;
  Batches out;
  char text[96];
  for (std::size_t batch = 0; batch < batches; ++batch) {
    auto& ids = out.texts.emplace_back();
    for (std::size_t i = 0; i < size; ++i) {
      std::snprintf(text, sizeof text, "bench-%d:%08x-0d0b-4c57-8a43-%012zx", int(getpid()), run,
                    batch * size + i);
      ids.emplace_back(text);
    }
    auto& views = out.views.emplace_back();
    for (const std::string& id : ids) views.push_back(connector::view(id));
  }
  return out;
}

struct Cpu {
  double user, kernel;  // seconds
};

Cpu cpu_now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return double(time.tv_sec) + double(time.tv_usec) / 1e6;
  };
  return {seconds(usage.ru_utime), seconds(usage.ru_stime)};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void must(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

// claim, then commit, of every batch, through the plugin's table.
void through_plugin(DedupDriver& store, const Batches& batches) {
  for (const auto& ids : batches.views) {
    std::vector<std::uint8_t> states(ids.size(), 255);
    TestCall call;
    must(store.ops().claim(store.self(), connector::view(owner), 10'000, ids.data(), ids.size(),
                           states.data(), call) == CONNECTOR_OK,
         call.message());
    must(std::all_of(states.begin(), states.end(),
                     [](auto state) { return state == CONNECTOR_CLAIM_NEW; }),
         "an id is not new");
    must(store.ops().commit(store.self(), ids.data(), ids.size(), call) == CONNECTOR_OK,
         call.message());
  }
}

void append(redisContext* context, std::initializer_list<std::string> arguments) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& argument : arguments)
    texts.push_back(argument.data()), sizes.push_back(argument.size());
  redisAppendCommandArgv(context, int(texts.size()), texts.data(), sizes.data());
}

void read_all(redisContext* context, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    void* reply = nullptr;
    must(redisGetReply(context, &reply) == REDIS_OK, "no reply");
    freeReplyObject(reply);
  }
}

// The same commands by redisAppendCommandArgv and replies that hiredis allocates.
void through_hiredis(redisContext* context, const Batches& batches) {
  const std::string value = std::string("claim:") + owner;
  for (const auto& ids : batches.texts) {
    for (const std::string& id : ids)
      append(context, {"SET", "connector-host:" + id, value, "NX", "GET", "PX", "10000"});
    read_all(context, ids.size());
    for (const std::string& id : ids)
      append(context, {"SET", "connector-host:" + id, "done", "PX", "600000"});
    read_all(context, ids.size());
  }
}

struct Candidate {
  std::string name;
  std::function<void(const Batches&)> run;
  std::vector<double> user = {}, kernel = {};  // microseconds of an id
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::fprintf(stderr, "usage: dedup_bench HOST:PORT [ids in a batch] [batches]\n"), 2;
  const std::string address = argv[1];
  const std::size_t size = argc > 2 ? std::stoul(argv[2]) : 500,
                    count = argc > 3 ? std::stoul(argv[3]) : 200;

  FakeHost host;
  const connector_component& redis =
      PluginUnderTest(REDIS_PLUGIN).component(CONNECTOR_DEDUP, "redis");
  DedupDriver redis_store(
      redis,
      connector::testing::with_defaults(redis, Settings{{"address", address}, {"ttl", "10m"}}),
      host);
  redis_store.open();
  const connector_component& memory =
      PluginUnderTest(MEMORY_PLUGIN).component(CONNECTOR_DEDUP, "memory");
  DedupDriver memory_store(memory, connector::testing::with_defaults(memory), host);
  memory_store.open();
  const std::size_t colon = address.rfind(':');
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(
      redisConnect(address.substr(0, colon).c_str(), std::stoi(address.substr(colon + 1))),
      redisFree);
  must(context && context->err == 0, "cannot connect to " + address);

  Candidate candidates[] = {
      {"redis plugin", [&](const Batches& batches) { through_plugin(redis_store, batches); }},
      {"plain hiredis", [&](const Batches& batches) { through_hiredis(context.get(), batches); }},
      {"memory plugin", [&](const Batches& batches) { through_plugin(memory_store, batches); }}};
  for (int round = 0; round < 5; ++round) {
    for (Candidate& candidate : candidates) {
      const Batches batches = make_batches(count, size);
      const Cpu before = cpu_now();
      candidate.run(batches);
      const Cpu after = cpu_now();
      candidate.user.push_back((after.user - before.user) * 1e6 / double(size * count));
      candidate.kernel.push_back((after.kernel - before.kernel) * 1e6 / double(size * count));
    }
  }
  for (const Candidate& candidate : candidates) {
    std::printf("%-14s %.2f us user + %.2f us kernel per id for claim and commit, batches of %zu\n",
                candidate.name.c_str(), median(candidate.user), median(candidate.kernel), size);
  }
  TestCall call(60'000);
  must(redis_store.ops().clear(redis_store.self(),
                               connector::view("bench-" + std::to_string(getpid())),
                               call) == CONNECTOR_OK,
       call.message());
  return 0;
}
