// bare_clients: measures librabbitmq, librdkafka or hiredis alone, or all three in the shortest
// program for the line. One line: messages a second, CPU microseconds a message.
#include "tests/bench/bare_clients.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

namespace bench {
namespace {

void print(const Measured& run) {
  const auto messages = static_cast<double>(run.messages);
  std::printf("%.0f %.2f\n", messages / run.seconds, run.cpu_seconds * 1e6 / messages);
}

int start(int argc, char** argv) {
  CLI::App app(
      "What the client libraries do alone: prints messages a second and CPU microseconds a message",
      "bare_clients");
  app.require_subcommand(1);
  ConsumerSettings consumer;
  CLI::App* consuming = app.add_subcommand("consume", "librabbitmq: read a filled queue");
  consuming->add_option("--url", consumer.url, "amqp://user:password@host:port")->required();
  consuming->add_option("--queue", consumer.queue, "name of the queue")->required();
  consuming->add_option("--count", consumer.count, "messages");
  consuming->add_option("--prefetch", consumer.prefetch, "unacknowledged at most");
  ProducerSettings producer;
  CLI::App* producing = app.add_subcommand("produce", "librdkafka: fill a topic");
  producing->add_option("--brokers", producer.brokers, "HOST:PORT,...")->required();
  producing->add_option("--topic", producer.topic, "name of the topic")->required();
  producing->add_option("--count", producer.count, "records");
  producing->add_option("--size", producer.size, "bytes of a value");
  ClaimSettings claims;
  CLI::App* claiming = app.add_subcommand("claim", "hiredis: claim and commit ids, pipelined");
  claiming->add_option("--port", claims.port, "of 127.0.0.1");
  claiming->add_option("--count", claims.count, "ids");
  claiming->add_option("--depth", claims.depth, "commands in one pipeline")
      ->check(CLI::PositiveNumber);
  claiming->add_option("--prefix", claims.prefix, "of the keys");
  LineSettings line;
  CLI::App* carrying = app.add_subcommand("carry", "all three: a queue to a topic, each id once");
  carrying->add_option("--url", line.url, "amqp://user:password@host:port")->required();
  carrying->add_option("--queue", line.queue, "name of the queue")->required();
  carrying->add_option("--brokers", line.brokers, "HOST:PORT,...")->required();
  carrying->add_option("--topic", line.topic, "name of the topic")->required();
  carrying->add_option("--port", line.redis_port, "Redis' on 127.0.0.1");
  carrying->add_option("--count", line.count, "messages");
  carrying->add_option("--prefetch", line.prefetch, "unacknowledged at most");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (carrying->parsed()) return print(carry(line)), 0;
  print(consuming->parsed()   ? consume(consumer)
        : producing->parsed() ? produce(producer)
                              : claim_and_commit(claims));
  return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    return bench::start(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bare_clients: %s\n", error.what());
    return 3;
  }
}
