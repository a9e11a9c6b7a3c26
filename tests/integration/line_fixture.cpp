#include "tests/integration/line_fixture.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace integration {
namespace {

using namespace std::chrono_literals;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

int next_number() {
  static int number = 0;
  return ++number;
}

std::string trimmed(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text;
}

}  // namespace

LineTest::LineTest()
    : rabbitmq(variable("CONNECTOR_TEST_RABBITMQ")),
      redis(variable("CONNECTOR_TEST_REDIS")),
      kafka(variable("CONNECTOR_TEST_KAFKA")) {
  char path[] = "/tmp/connector-line-XXXXXX";
  folder = ::mkdtemp(path);
  const std::string name = std::to_string(::getpid()) + "." + std::to_string(next_number());
  queue = "line." + name;
  topic = "line." + name;
  dead_topic = topic + ".dlq";
}

void LineTest::SetUp() {
  if (rabbitmq.empty() || redis.empty() || kafka.empty())
    GTEST_SKIP() << "needs CONNECTOR_TEST_RABBITMQ, CONNECTOR_TEST_REDIS and CONNECTOR_TEST_KAFKA";
}

LineTest::~LineTest() {
  host.reset();
  if (HasFailure())
    std::cerr << "--- the host's log ends with\n"
              << log().substr(log().size() > 4000 ? log().size() - 4000 : 0) << "\n---\n";
  if (!rabbitmq.empty())
    event_tool({"queue", "delete", "--url", "amqp://guest:guest@" + rabbitmq, "--queue", queue},
               10s);
  std::filesystem::remove_all(folder);
}

Environment LineTest::environment() const {
  Environment out = {{"RABBITMQ_URL", "amqp://guest:guest@" + rabbitmq + "/"},
                     {"RABBITMQ_QUEUE", queue},
                     {"REDIS_ADDR", redis},
                     {"KAFKA_BROKERS", kafka},
                     {"KAFKA_TOPIC", topic},
                     {"KAFKA_DLQ_TOPIC", dead_topic},
                     {"HTTP_LISTEN", "127.0.0.1:" + std::to_string(http_port)},
                     {"ADMIN_LISTEN", "127.0.0.1:" + std::to_string(admin_port)},
                     {"STATE_DIR", folder + "/state"},
                     {"LOG_LEVEL", "info"}};
  out.insert(more_variables.begin(), more_variables.end());
  return out;
}

Finished LineTest::event_tool(std::vector<std::string> arguments,
                              std::chrono::milliseconds limit) const {
  arguments.insert(arguments.begin(), EVENT_TOOL);
  return run(std::move(arguments), {}, limit);
}

void LineTest::make_queue(const std::string& type) {
  queue_type = type;
  const Finished made = event_tool({"queue", "declare", "--url", "amqp://guest:guest@" + rabbitmq,
                                    "--queue", queue, "--queue-type", type});
  ASSERT_EQ(made.code, 0) << made.output;
}

void LineTest::make_topics() {
  ASSERT_EQ(
      event_tool({"topic", "create", "--brokers", kafka, "--topic", topic, "--partitions", "3"})
          .code,
      0);
  ASSERT_EQ(event_tool(
                {"topic", "create", "--brokers", kafka, "--topic", dead_topic, "--partitions", "1"})
                .code,
            0);
}

bool LineTest::shares_redis() const {
  return redis == variable("CONNECTOR_TEST_REDIS");
}

std::string LineTest::shipped_topology() const {
  if (!shares_redis()) return SHIPPED_TOPOLOGY;
  std::string text = file_text(SHIPPED_TOPOLOGY);
  const std::string line = "      type: redis\n";
  text.insert(text.find(line) + line.size(), "      scope: " + queue + "\n");
  const std::string file = folder + "/shipped.yaml";
  std::ofstream(file) << text;
  return file;
}

void LineTest::start_host() {
  http_port = free_port();
  host = std::make_unique<Program>(
      std::vector<std::string>{CONNECTOR_HOST, "--topology", shipped_topology()}, environment(),
      folder + "/host.log");
}

void LineTest::start_connector(const std::string& parts, const std::string& more) {
  http_port = free_port();
  const std::string file = folder + "/own.yaml";
  std::ofstream(file)
      << "connectors:\n  c:\n    source: { type: rabbitmq, url: 'amqp://guest:guest@" << rabbitmq
      << "', queue: " << queue << " }\n"
      << parts << "    sink: { type: kafka, brokers: '" << kafka << "', topic: " << topic
      << " }\n    dead_letter: { type: kafka, brokers: '" << kafka << "', topic: " << dead_topic
      << " }\nhttp: { listen: '127.0.0.1:" << http_port
      << "' }\nadmin: { listen: '127.0.0.1:0' }\nstate_dir: " << folder << "/state\n"
      << more;
  host = std::make_unique<Program>(std::vector<std::string>{CONNECTOR_HOST, "--topology", file},
                                   Environment{}, folder + "/host.log");
}

Account LineTest::verify_and_stop(const Plan& plan, int wait_seconds, long forgiven) {
  const Account arrived = verify(plan, wait_seconds, forgiven);
  EXPECT_TRUE(eventually([&] { return idle(); }, std::chrono::seconds(10))) << arrived.text;
  EXPECT_EQ(stop_host(), 0) << log();
  EXPECT_EQ(queue_depth(), 0);  // nothing was left unacknowledged: it would be back now
  return verify(plan, 0, forgiven);
}

Plan LineTest::plan(int count, double duplicates, double poison) const {
  return {count, duplicates, poison, int(::getpid() % 100000) * 100 + next_number()};
}

namespace {

std::vector<std::string> arguments_of(const Plan& plan) {
  return {"--count",      std::to_string(plan.count),      "--seed",   std::to_string(plan.seed),
          "--duplicates", std::to_string(plan.duplicates), "--poison", std::to_string(plan.poison)};
}

}  // namespace

std::unique_ptr<Program> LineTest::publishing(const Plan& plan, double rate) {
  std::vector<std::string> command = {EVENT_TOOL,     "publish",
                                      "--url",        "amqp://guest:guest@" + rabbitmq,
                                      "--queue",      queue,
                                      "--queue-type", queue_type,
                                      "--rate",       std::to_string(rate)};
  for (std::string& each : arguments_of(plan)) command.push_back(std::move(each));
  return std::make_unique<Program>(std::move(command), Environment{}, folder + "/publish.log");
}

Plan LineTest::end(const Program& publisher, Plan plan) {
  publisher.signal(SIGTERM);
  EXPECT_EQ(publisher.wait(60s), 0) << publisher.output();
  const std::string said = trimmed(publisher.output());
  plan.count = std::atoi(said.substr(said.find_last_of('\n') + 1).c_str());
  EXPECT_GT(plan.count, 0) << said;
  return plan;
}

void LineTest::publish(const Plan& plan) {
  const auto publisher = publishing(plan);
  ASSERT_EQ(publisher->wait(120s), 0) << publisher->output();
}

Account LineTest::verify(const Plan& plan, int wait_seconds, long forgiven) {
  std::vector<std::string> arguments = {"verify",
                                        "--brokers",
                                        kafka,
                                        "--topic",
                                        topic,
                                        "--dlq",
                                        dead_topic,
                                        "--json",
                                        "--wait",
                                        std::to_string(wait_seconds),
                                        "--max-duplicates",
                                        std::to_string(forgiven)};
  for (std::string& each : arguments_of(plan)) arguments.push_back(std::move(each));
  const Finished finished =
      event_tool(std::move(arguments), std::chrono::seconds(wait_seconds + 60));
  Account account;
  account.code = finished.code;
  account.text = finished.output;
  const auto json = nlohmann::json::parse(finished.output, nullptr, false);
  if (json.is_object()) {
    account.lost = json.value("lost", -1L);
    account.repeated = json.value("repeated", -1L);
    account.dead_lettered = json.value("dead_lettered", -1L);
  }
  return account;
}

long LineTest::queue_depth() const {
  const Finished asked = event_tool(
      {"queue", "depth", "--url", "amqp://guest:guest@" + rabbitmq, "--queue", queue}, 10s);
  return asked.code == 0 ? std::atol(asked.output.c_str()) : -1;
}

int LineTest::stop_host(std::chrono::milliseconds* took) {
  const auto begin = std::chrono::steady_clock::now();
  host->signal(SIGTERM);
  const int code = host->wait(40s).value_or(-1);
  if (took)
    *took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                  begin);
  return code;
}

std::string LineTest::log() const {
  const Finished read = run({"/bin/cat", folder + "/host.log"});
  return read.output;
}

Server::Server(std::string name, std::string folder, std::uint16_t port)
    : name_(std::move(name)), folder_(std::move(folder)), port_(port) {}

Server::~Server() {
  script("stop");
}

Finished Server::script(const std::string& verb) const {
  Environment environment = {{"SERVICE_DIR", folder_ + "/" + name_},
                             {"SERVICE_OWNER", std::to_string(::getpid())}};
  if (port_ > 0) environment["PORT"] = std::to_string(port_);
  return run({"/bin/bash", std::string(SERVICE_SCRIPTS) + "/" + name_ + ".sh", verb}, environment,
             90s);
}

void Server::start() {
  const Finished started = script("start");
  ASSERT_EQ(started.code, 0) << started.output;
  const std::string said = trimmed(started.output);
  address_ =
      said.substr(said.find_last_of("\n ") == std::string::npos ? 0 : said.find_last_of("\n ") + 1);
}

void Server::stop() {
  script("stop");
}

void Server::freeze() {
  script("freeze");
}

void Server::thaw() {
  script("thaw");
}

}  // namespace integration
