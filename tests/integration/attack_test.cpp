// What a caller of the admin API could make of the shipped topology, as it is shipped: run a
// command, read or write a file, load a library, have a secret sent somewhere. Each attack is tried
// without a login and with the role admin.
#include <sys/socket.h>

#include <filesystem>
#include <fstream>

#include "host/http/listen_socket.hpp"
#include "tests/integration/rest_fixture.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using connector_host::http::RawClient;

struct Attack {
  std::string what;
  json config;
};

class AttackTest : public RestTest {
 protected:
  void SetUp() override { LineTest::SetUp(); }
  void start_shipped() {
    make_queue();
    make_topics();
    admin_port = free_port();
    more_variables = {{"CANARY", "canary-in-the-environment"}};
    start_host();
    ASSERT_TRUE(reaches("rmq-to-kafka", "RUNNING")) << log();
  }

  // The shipped pipeline by its own references, which an admin may use, and something else in one
  // place.
  json pipeline(const json& changed) const {
    json all = {{"connector.class", "rabbitmq"},
                {"source.url", "amqp://127.0.0.1:1/"},
                {"source.queue", "q"},
                {"dedup.type", "redis"},
                {"dedup.address", "127.0.0.1:" + std::to_string(listener.port())},
                {"sink.type", "kafka"},
                {"sink.brokers", "127.0.0.1:" + std::to_string(listener.port())},
                {"sink.topic", "t"}};
    all.update(changed);
    return all;
  }
  json read(const std::string& path) const {
    return {{"connector.class", "file"}, {"source.path", path},   {"id", "none"},
            {"sink.type", "kafka"},      {"sink.brokers", kafka}, {"sink.topic", topic}};
  }
  json write(const std::string& path) const {
    return config({{"sink.type", "file"}, {"sink.path", path}});
  }

  std::vector<Attack> attacks() const {
    const std::string shell = "x; touch " + marker, kinit = "sink.properties.sasl.kerberos.";
    const json gssapi = {{"sink.sasl_mechanism", "GSSAPI"},
                         {"sink.properties.security.protocol", "sasl_plaintext"}};
    const auto kerberos = [&](const std::string& key, const std::string& value) {
      json all = gssapi;
      all[kinit + key] = value;
      return pipeline(all);
    };
    return {
        {"a command in the principal", kerberos("principal", shell)},
        {"a command in the keytab", kerberos("keytab", "/tmp/$(touch " + marker + ")")},
        {"a command in the service name", kerberos("service.name", "`touch " + marker + "`")},
        {"an option of kinit", kerberos("principal", "-k")},
        {"kinit's own command", kerberos("kinit.cmd", "touch " + marker)},
        {"Kerberos by default",
         pipeline({{kinit + "principal", "me"},
                   {"sink.properties.security.protocol", "sasl_plaintext"}})},
        {"a library of librdkafka", pipeline({{"sink.properties.plugin.library.paths", marker}})},
        {"an engine of OpenSSL", pipeline({{"sink.properties.ssl.engine.location", marker}})},
        {"the environment", read("/proc/self/environ")},
        {"the environment by its number",
         read("/proc/" + std::to_string(host->pid()) + "/environ")},
        {"a descriptor", read("/dev/fd/3")},
        {"the secret of the role admin", read(folder + "/state/admin-secret")},
        {"another folder by dots", read("/var/empty/../../etc/passwd")},
        {"standard input", read("-")},
        {"a file beside the topology", write(marker)},
        {"a plugin", write(std::filesystem::path(CONNECTOR_HOST).parent_path().string() +
                           "/../lib/connector-host/plugins/attack.so")},
        {"standard output", write("-")},
        {"authorities of RabbitMQ",
         pipeline({{"source.url", "amqps://127.0.0.1:1/"}, {"source.ca_file", "/etc/passwd"}})},
        {"authorities of Redis",
         pipeline({{"dedup.tls", "true"}, {"dedup.ca_file", "/etc/passwd"}})},
        {"authorities of Kafka", pipeline({{"sink.properties.ssl.ca.location", "/etc/passwd"}})},
        {"a key of Kafka",
         pipeline({{"sink.properties.ssl.key.location", folder + "/state/admin-secret"}})},
        {"a keytab", kerberos("keytab", "/etc/krb5.keytab")},
        {"a password at another address", pipeline({{"dedup.password", "${RABBITMQ_URL}"}})},
        {"a URL as another's address", pipeline({{"sink.brokers", "${RABBITMQ_URL}"}})},
        {"a variable of the process", pipeline({{"dedup.password", "${CANARY}"}})},
        {"a variable as a topic", pipeline({{"sink.topic", "${CANARY}"}})},
        {"a file as a password", pipeline({{"dedup.password", "${file:/etc/hostname}"}})},
        {"the secret of the role admin as a password",
         pipeline({{"dedup.password", "${file:" + folder + "/state/admin-secret}"}})},
    };
  }
  // By the socket, with the role admin.
  int as_admin(const std::string& request_line, const std::string& body) const {
    RawClient client(folder + "/state/admin.sock");
    client.send(request_line +
                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
                "application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read().status;
  }

  const std::string marker = folder + "/done-by-an-attack";
  const connector_host::http::ListenSocket listener{
      "127.0.0.1", 0};  // the attacker's; in no use by the shipped pipeline
};

TEST_F(AttackTest, On_the_shipped_topology_none_gets_anywhere_with_any_role) {
  start_shipped();
  json harmless = pipeline(json::object());
  harmless["name"] = "attack";
  const Answer valid = ask("PUT", "/connector-plugins/rabbitmq/config/validate", harmless);
  ASSERT_EQ(json::parse(valid.body)["error_count"], 0)
      << "what is refused below is the attack: " << valid.body;
  for (const Attack& each : attacks()) {
    const json named = {{"name", "attack"}, {"config", each.config}};
    json to_validate = each.config;
    to_validate["name"] = "attack";
    const std::string type = each.config["connector.class"];
    EXPECT_EQ(ask("POST", "/connectors", named).status, 401) << each.what;
    EXPECT_EQ(ask("PUT", "/connectors/rmq-to-kafka/config", each.config).status, 401) << each.what;
    EXPECT_EQ(as_admin("POST /connectors", named.dump()), 400) << each.what;
    EXPECT_EQ(as_admin("PUT /connectors/attack/config", each.config.dump()), 400) << each.what;
    EXPECT_EQ(as_admin("PUT /connectors/rmq-to-kafka/config", each.config.dump()), 400)
        << each.what;
    Answer judged;
    EXPECT_TRUE(eventually(
        [&] {  // without a login, at the rate that is allowed
          judged = ask("PUT", "/connector-plugins/" + type + "/config/validate", to_validate);
          return judged.status != 429;
        },
        20s));
    EXPECT_EQ(judged.status, 200) << each.what << judged.body;
    EXPECT_GT(json::parse(judged.body)["error_count"], 0) << each.what;
    EXPECT_EQ((judged.body + log()).find("canary-in"), std::string::npos) << each.what;
  }
  EXPECT_FALSE(std::filesystem::exists(marker));
  EXPECT_EQ(accept4(listener.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC), -1)
      << "something was sent to the attacker";
  EXPECT_EQ(get("/connectors"), json::array({"rmq-to-kafka"}));
  EXPECT_EQ(state("rmq-to-kafka"), "RUNNING");
}

}  // namespace
}  // namespace integration
