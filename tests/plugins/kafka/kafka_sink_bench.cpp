// Measures the kafka sink: rate and CPU per record of this process, against the broker that
// CONNECTOR_TEST_KAFKA names.
//   kafka_sink_bench [records] [records per write] [writers] [name=value ...]      name=value:
//   further options of the sink
#include <sys/resource.h>

#include <cstdio>
#include <thread>

#include "tests/plugins/kafka/real_kafka.hpp"

namespace {

using namespace kafka_test;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

TestBatch make_batch(int writer, int size) {
  std::vector<TestRecord> records;
  for (int i = 0; i < size; ++i)
    records.push_back({"event-" + std::to_string(writer) + "-" + std::to_string(i),
                       {},
                       std::string(256, 'x'),
                       {},
                       0,
                       {}});
  return TestBatch(records);
}

}  // namespace

int main(int count, char** arguments) {
  const auto argument = [&](int index, int otherwise) {
    return count > index ? std::atoi(arguments[index]) : otherwise;
  };
  const int records = argument(1, 500000), per_write = argument(2, 500), writers = argument(3, 2);
  if (!real_brokers()) return std::puts("CONNECTOR_TEST_KAFKA is not set"), 1;
  Settings options;
  for (int i = 4; i < count; ++i) {
    const std::string pair = arguments[i];
    options[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
  }
  TestTopic topic(3);
  SinkUnderTest sink(real_brokers(), topic.name(), options);
  sink.open();
  std::atomic<int> undelivered = 0;
  const auto write_all = [&](int writer, int rounds) {
    TestBatch batch = make_batch(writer, per_write);
    for (int i = 0; i < rounds; ++i) {
      TestCall call(30000);
      sink.write(batch, call);
      undelivered += int(batch.size() - batch.count(CONNECTOR_OK));
    }
  };
  write_all(0, 20);  // connections, producer id, caches
  const double cpu = cpu_seconds();
  const Stopwatch watch;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer)
    threads.emplace_back(write_all, writer, records / writers / per_write);
  for (std::thread& thread : threads) thread.join();
  const double seconds = double(watch.elapsed().count()) / 1000;
  std::printf("%d records in %.2f s: %.0f/s, %.2f us CPU per record, %d undelivered\n", records,
              seconds, records / seconds, (cpu_seconds() - cpu) * 1e6 / records,
              undelivered.load());
  return undelivered == 0 ? 0 : 1;
}
