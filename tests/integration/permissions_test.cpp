// The least that the users of RabbitMQ, Redis and Kafka have to be allowed (docs/operations.md),
// and what is said when a part of it is missing.
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

std::string last_line(const std::string& text) {
  const std::string trimmed = text.substr(0, text.find_last_not_of("\n ") + 1);
  return trimmed.substr(trimmed.find_last_of('\n') + 1);
}

class PermissionsTest : public LineTest {
 protected:
  // Its Kafka is its own: an ACL needs another configuration of the server. The users of the others
  // are called after the queue.
  void SetUp() override {
    LineTest::SetUp();
    if (IsSkipped()) return;
    user = queue;
    Finished started = kafka_script("start");
    ASSERT_EQ(started.code, 0) << started.output;
    kafka = last_line(started.output);
    login = last_line(kafka_script("login_address").output);
    make_queue("quorum");
    make_topics();
  }
  ~PermissionsTest() override {
    kafka_script("stop");
    rabbitmq_script({"ctl", "delete_user", user});
    redis_script({"cli", "ACL", "DELUSER", user});
  }

  Finished kafka_script(const std::string& verb) const {
    return run({"/bin/bash", std::string(SERVICE_SCRIPTS) + "/kafka.sh", verb},
               {{"SERVICE_DIR", folder + "/kafka"},
                {"SERVICE_OWNER", std::to_string(::getpid())},
                {"KAFKA_LOGIN", "app:kafka-secret"}},
               90s);
  }
  Finished shared_script(const std::string& name, const char* folder_variable,
                         std::vector<std::string> arguments) const {
    const char* const shared_folder = std::getenv(folder_variable);
    arguments.insert(arguments.begin(), {"/bin/bash", std::string(SERVICE_SCRIPTS) + "/" + name});
    return run(std::move(arguments), {{"SERVICE_DIR", shared_folder ? shared_folder : ""}}, 60s);
  }
  Finished rabbitmq_script(std::vector<std::string> arguments) const {
    return shared_script("rabbitmq.sh", "CONNECTOR_TEST_RABBITMQ_DIR", std::move(arguments));
  }
  Finished redis_script(std::vector<std::string> arguments) const {
    return shared_script("redis.sh", "CONNECTOR_TEST_REDIS_DIR", std::move(arguments));
  }

  // configure, write and read, each a pattern of names.
  void allow_in_rabbitmq(const std::string& read) {
    rabbitmq_script({"ctl", "add_user", user, "rabbit-secret"});
    const Finished set = rabbitmq_script({"ctl", "set_permissions", user, "^$", "^$", read});
    ASSERT_EQ(set.code, 0) << set.output;
  }
  void allow_in_redis(const std::vector<std::string>& commands) {
    std::vector<std::string> call = {"cli",   "ACL", "SETUSER",       user,
                                     "reset", "on",  ">redis-secret", "~connector-host:*"};
    call.insert(call.end(), commands.begin(), commands.end());
    const Finished set = redis_script(call);
    ASSERT_EQ(last_line(set.output), "OK") << set.output;
  }
  void allow_in_kafka(const std::string& which) {
    const Finished set =
        event_tool({"topic", "allow", "--brokers", kafka, "--topic", which, "--user", "app"});
    ASSERT_EQ(set.code, 0) << set.output;
  }
  void allow_what_is_needed() {
    allow_in_rabbitmq("^" + queue + "$");
    allow_in_redis(redis_commands);
    allow_in_kafka(topic);
    allow_in_kafka(dead_topic);
  }

  // As one line of flow style each: { type: kafka, topic: …, … }.
  std::string kafka_sink(const std::string& to) const {
    return "{ type: kafka, topic: '" + to + "', brokers: '" + login +
           "', security_protocol: sasl_plaintext, sasl_mechanism: PLAIN, sasl_username: app, "
           "sasl_password: kafka-secret }\n";
  }
  std::string write_topology() {
    http_port = free_port();
    std::ofstream file(folder + "/t.yaml");
    file << "connectors:\n  line:\n    id: { json: /event_id }\n";
    file << "    source: { type: rabbitmq, url: 'amqp://" << user << ":rabbit-secret@" << rabbitmq
         << "/', queue: '" << queue << "' }\n";
    file << "    dedup: { type: redis, address: '" << redis << "', scope: " << queue << ", user: '"
         << user << "', password: redis-secret }\n";
    file << "    sink: " << kafka_sink(topic) << "    dead_letter: " << kafka_sink(dead_topic);
    file << "http: { listen: 127.0.0.1:" << http_port
         << " }\nadmin: { listen: 127.0.0.1:0 }\nstate_dir: " << folder << "/state\n";
    return folder + "/t.yaml";
  }
  Finished check() { return run({CONNECTOR_HOST, "check", write_topology()}); }
  void start() {
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", write_topology()}, Environment{},
        folder + "/host.log");
  }
  // In /health, or, where that was the process's end (nothing of its topology has ever worked), in
  // the log.
  bool is_told(const std::string& what) {
    return eventually(
        [&] {
          return (http_get(http_port, "/health").body + log()).find(what) != std::string::npos;
        },
        30s);
  }

  const std::vector<std::string> redis_commands = {
      "+ping", "+select", "+info", "+set", "+script|load", "+evalsha", "+get", "+pexpire", "+del"};
  std::string user, login;
};

TEST_F(PermissionsTest, What_the_documentation_says_is_enough_to_check_and_to_carry_everything) {
  allow_what_is_needed();
  const Finished checked = check();
  EXPECT_EQ(checked.code, 0) << checked.output;
  const Plan sent = plan(5000, 0.1, 0.02);
  publish(sent);
  start();
  const Account account = verify_and_stop(sent, 60);
  EXPECT_EQ(account.code, 0) << account.text << log();
  EXPECT_GT(account.dead_lettered, 0);
  EXPECT_EQ(log().find("NOPERM"), std::string::npos) << log();
}

TEST_F(PermissionsTest, A_queue_that_may_not_be_read_fails_the_task_with_the_reason) {
  allow_what_is_needed();
  allow_in_rabbitmq("^$");
  const Finished checked = check();
  EXPECT_EQ(checked.code, 2) << checked.output;
  EXPECT_NE(checked.output.find("ACCESS_REFUSED"), std::string::npos) << checked.output;
  start();
  EXPECT_TRUE(is_told("ACCESS_REFUSED")) << log();
}

TEST_F(PermissionsTest, A_command_of_Redis_that_may_not_be_used_is_refused_by_a_check) {
  allow_what_is_needed();
  for (const std::string missing : {"+evalsha", "+pexpire"}) {
    std::vector<std::string> others = redis_commands;
    std::erase(others, missing);
    allow_in_redis(others);
    const Finished checked = check();
    EXPECT_EQ(checked.code, 2) << missing << ": " << checked.output;
    EXPECT_NE(checked.output.find("the user lacks a permission"), std::string::npos)
        << checked.output;
  }
}

TEST_F(PermissionsTest,
       A_topic_that_may_not_be_written_is_refused_by_a_check_and_takes_nothing_from_the_queue) {
  allow_in_rabbitmq("^" + queue + "$");
  allow_in_redis(redis_commands);
  allow_in_kafka(topic);  // and not to the dead letter
  const Finished checked = check();
  EXPECT_EQ(checked.code, 2) << checked.output;
  EXPECT_NE(checked.output.find(dead_topic), std::string::npos) << checked.output;
  publish(plan(100));
  start();
  EXPECT_TRUE(is_told("authorization failed")) << http_get(http_port, "/health").body;
  EXPECT_EQ(queue_depth(), 100);
}

}  // namespace
}  // namespace integration
