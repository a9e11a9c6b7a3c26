// What the kafka sink declares and which configurations it refuses, without any broker.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/plugins/kafka/sink_under_test.hpp"

namespace kafka_test {
namespace {

// The reason why create refuses it; empty: it does not.
std::string refusal(const Settings& options) {
  FakeHost host;
  TestCall call;
  Settings all = options;
  all.emplace("topic", "topic");
  const std::string config = connector::testing::with_defaults(kafka_component(), all);
  void* self = kafka_component().create(host.raw(), connector::view(config), call);
  if (self) kafka_component().destroy(self);
  return self ? "" : call.message();
}

std::string property_refusal(const std::string& name, const std::string& value) {
  return refusal({{"properties", "{\"" + name + "\":\"" + value + "\"}"}});
}

TEST(KafkaConfig, Each_declared_option_has_a_description_and_the_secrets_are_marked) {
  std::set<std::string> secrets;
  for (std::uint64_t i = 0; i < kafka_component().option_count; ++i) {
    const connector_option& option = *kafka_component().options[i];
    EXPECT_GT(option.description.size, 0u);
    if (option.flags & CONNECTOR_OPT_SECRET) secrets.emplace(connector::text(option.name));
  }
  EXPECT_EQ((std::set<std::string>{"sasl_password", "ssl_key_password"}), secrets);
}

TEST(KafkaConfig, Properties_that_run_code_or_weaken_the_promise_are_refused_by_name) {
  for (const char* name : {"plugin.library.paths",
                           "ssl.engine.location",
                           "ssl.providers",
                           "sasl.kerberos.kinit.cmd",
                           "acks",
                           "request.required.acks",
                           "enable.idempotence",
                           "enable.gapless.guarantee",
                           "message.timeout.ms",
                           "delivery.timeout.ms",
                           "retries",
                           "debug",
                           "bootstrap.servers",
                           "metadata.broker.list",
                           "sasl.password",
                           "sasl.mechanism",
                           "sasl.mechanisms",
                           "ssl.key.password",
                           "test.mock.num.brokers",
                           "transactional.id",
                           "sasl.oauthbearer.token.endpoint.url",
                           "socket.",
                           "interceptors"})
    EXPECT_NE(std::string::npos, property_refusal(name, "1").find(name)) << name;
}

TEST(KafkaConfig, The_allow_list_itself_is_declared_and_lets_nothing_dangerous_through) {
  for (std::uint64_t i = 0; i < kafka_component().option_count; ++i) {
    const connector_option& option = *kafka_component().options[i];
    if (connector::text(option.name) != "properties") continue;
    ASSERT_GT(option.allowed_count, 0u);
    for (std::uint64_t k = 0; k < option.allowed_count; ++k) {
      const std::string_view rule = connector::text(option.allowed[k]);
      for (const char* family :
           {"ssl.*", "sasl.*", "plugin.*", "enable.*", "message.*", "metadata.*"})
        EXPECT_NE(family, rule);
    }
  }
}

TEST(KafkaConfig, Properties_for_tuning_are_taken) {
  for (const auto& [name, value] : Settings{{"batch.size", "100000"},
                                            {"batch.num.messages", "100"},
                                            {"queue.buffering.max.messages", "1000"},
                                            {"socket.nagle.disable", "true"},
                                            {"client.id", "me"},
                                            {"compression.level", "3"},
                                            {"reconnect.backoff.ms", "50"},
                                            {"retry.backoff.ms", "50"},
                                            {"partitioner", "fnv1a_random"},
                                            {"message.max.bytes", "2000000"},
                                            {"topic.metadata.refresh.interval.ms", "1000"},
                                            {"max.in.flight", "3"}})
    EXPECT_EQ("", property_refusal(name, value)) << name;
}

TEST(KafkaConfig, A_partitioner_that_does_not_go_by_the_key_is_refused) {
  for (const char* name : {"random", "no such"})
    EXPECT_NE(std::string::npos, property_refusal("partitioner", name).find("partitioner")) << name;
  for (const char* name :
       {"murmur2_random", "murmur2", "consistent_random", "consistent", "fnv1a_random", "fnv1a"})
    EXPECT_EQ("", property_refusal("partitioner", name)) << name;
}

std::string login_refusal(const std::string& name, const std::string& value,
                          const char* mechanism = "GSSAPI") {
  Settings options{{"properties", nlohmann::json({{name, value}}).dump()},
                   {"security_protocol", "sasl_ssl"}};
  if (mechanism) options.emplace("sasl_mechanism", mechanism);
  return refusal(options);
}

// librdkafka gives these to a shell.
TEST(KafkaConfig, Kerberos_values_hold_nothing_that_means_something_to_a_shell) {
  const std::string values[] = {"a;id",
                                "$(id)",
                                "`id`",
                                "a b",
                                "a|id",
                                "a&id",
                                "a\nid",
                                "a\"",
                                "a'",
                                "-a",
                                "%{sasl.password}",
                                "a>b",
                                "a\\",
                                "~",
                                "*",
                                "",
                                "\xc3\xa9"};
  for (const char* name :
       {"sasl.kerberos.principal", "sasl.kerberos.keytab", "sasl.kerberos.service.name"}) {
    for (const std::string& value : values)
      EXPECT_NE(std::string::npos, login_refusal(name, value).find(name)) << name << " = " << value;
    for (const char* value : {"svc/host.example@EXAMPLE.COM", "/etc/krb5/client_1.keytab", "kafka"})
      EXPECT_EQ("", login_refusal(name, value)) << value;
  }
}

TEST(KafkaConfig, A_login_names_its_mechanism_because_the_default_of_the_library_runs_a_command) {
  EXPECT_NE(std::string::npos,
            login_refusal("sasl.kerberos.principal", "a", nullptr).find("'sasl_mechanism'"));
  EXPECT_NE(std::string::npos,
            login_refusal("sasl.kerberos.principal", "a", "PLAIN").find("GSSAPI"));
  EXPECT_NE(std::string::npos,
            refusal({{"security_protocol", "sasl_plaintext"}}).find("'sasl_mechanism'"));
  EXPECT_NE(std::string::npos, refusal({{"sasl_username", "u"}}).find("'sasl_mechanism'"));
  EXPECT_NE(std::string::npos, refusal({{"sasl_password", "a secret"}}).find("'sasl_mechanism'"));
  for (const char* protocol : {"sasl_ssl", "SASL_PLAINTEXT", "Sasl_Ssl"})
    EXPECT_NE(std::string::npos,
              property_refusal("security.protocol", protocol).find("'sasl_mechanism'"))
        << protocol;
  EXPECT_EQ("", refusal({{"security_protocol", "sasl_ssl"},
                         {"sasl_mechanism", "PLAIN"},
                         {"sasl_username", "u"},
                         {"sasl_password", "a secret"}}));
  EXPECT_EQ("", property_refusal("security.protocol", "ssl"));
}

TEST(KafkaConfig, A_queue_that_never_holds_the_largest_record_is_refused) {
  EXPECT_NE(std::string::npos,
            property_refusal("queue.buffering.max.kbytes", "100").find("message.max.bytes"));
  EXPECT_EQ("",
            refusal({{"properties",
                      R"({"queue.buffering.max.kbytes":"100","message.max.bytes":"100000"})"}}));
}

TEST(KafkaConfig, A_property_with_a_wrong_value_is_named) {
  EXPECT_NE(std::string::npos, property_refusal("batch.size", "many").find("batch.size"));
  EXPECT_NE(std::string::npos,
            property_refusal("socket.no.such.thing", "1").find("socket.no.such.thing"));
}

TEST(KafkaConfig, Wrong_names_and_numbers_are_refused_with_the_option) {
  EXPECT_NE(std::string::npos, refusal({{"topic", "no/topic"}}).find("'topic'"));
  EXPECT_NE(std::string::npos, refusal({{"topic", ".."}}).find("'topic'"));
  EXPECT_NE(std::string::npos, refusal({{"topic", std::string(250, 'x')}}).find("'topic'"));
  EXPECT_NE(std::string::npos, refusal({{"brokers", " , "}}).find("'brokers'"));
  EXPECT_NE(std::string::npos, refusal({{"create_partitions", "0"}}).find("'create_partitions'"));
  EXPECT_EQ("", refusal({}));
}

TEST(KafkaConfig,
     A_configuration_that_only_the_client_as_a_whole_refuses_fails_open_with_its_reason) {
  SinkUnderTest sink(
      "127.0.0.1:1", "topic",
      {{"security_protocol", "ssl"}, {"properties", R"({"ssl.ca.location":"/no/such/file.pem"})"}});
  TestCall call(2000);
  EXPECT_EQ(CONNECTOR_BAD_CONFIG, sink.open(call));
  EXPECT_NE(std::string::npos, call.message().find("ssl.ca.location")) << call.message();
}

// What create answers in a host that confines the sink to files of this folder.
std::string confined_refusal(const std::string& folder, const Settings& options, FakeHost& host) {
  host.confine_files_to(folder);
  TestCall call;
  Settings all = options;
  all.emplace("topic", "topic");
  void* self = kafka_component().create(
      host.raw(), connector::view(connector::testing::with_defaults(kafka_component(), all)), call);
  if (self) kafka_component().destroy(self);
  return self ? "" : call.message();
}

TEST(KafkaConfig, A_confined_sink_reads_its_credentials_through_the_host) {
  const std::string file = testing::TempDir() + "kafka-config-" + std::to_string(getpid()) + ".pem";
  std::ofstream(file) << "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n";
  for (const char* property : {"ssl.ca.location", "ssl.certificate.location", "ssl.key.location"}) {
    const Settings options = {
        {"properties", "{\"" + std::string(property) + "\":\"" + file + "\"}"}};
    FakeHost host, stricter;
    EXPECT_EQ(confined_refusal(file, options, host), "");
    EXPECT_EQ(host.opened_files().empty(), false) << property;
    EXPECT_EQ(confined_refusal("/nowhere/", options, stricter),
              "option 'properties." + std::string(property) + "': cannot use " + file +
                  ": the test allows no such file");
    EXPECT_EQ(refusal(options), "") << "where nothing is confined, librdkafka opens it";
  }
  std::filesystem::remove(file);
}

TEST(KafkaConfig, A_confined_sink_warns_where_librdkafka_would_not_send_the_chain) {
  const std::string file = testing::TempDir() + "kafka-chain-" + std::to_string(getpid()) + ".pem";
  std::ofstream(file) << "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n";
  FakeHost host;
  EXPECT_EQ(confined_refusal(
                file, {{"properties", R"({"ssl.certificate.location":")" + file + "\"}"}}, host),
            "");
  EXPECT_EQ(host.logged().size(), rd_kafka_version() < 0x02080000 ? 1u : 0u);
  std::filesystem::remove(file);
}

TEST(KafkaConfig, A_confined_sink_refuses_files_that_librdkafka_opens_by_itself) {
  FakeHost host;
  const std::string crl =
      confined_refusal("/", {{"properties", R"({"ssl.crl.location":"/crl.pem"})"}}, host);
  EXPECT_TRUE(
      crl.starts_with("option 'properties.ssl.crl.location': librdkafka opens this file by itself"))
      << crl;
  const std::string keytab =
      confined_refusal("/",
                       {{"sasl_mechanism", "GSSAPI"},
                        {"properties", R"({"sasl.kerberos.keytab":"/etc/krb5.keytab"})"}},
                       host);
  EXPECT_TRUE(keytab.starts_with(
      "option 'properties.sasl.kerberos.keytab': librdkafka opens this file by itself"))
      << keytab;
  const std::string both = confined_refusal(
      "/", {{"properties", R"({"ssl.ca.location":"/ca.pem","ssl.ca.pem":"x"})"}}, host);
  EXPECT_EQ(both, "option 'properties.ssl.ca.location': excludes ssl.ca.pem; remove one of them");
}

// While it lives no thread can be made: each would get a stack as large as all addresses.
class NoThreads {
 public:
  NoThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t huge = before_;
    pthread_attr_setstacksize(&huge, std::size_t(1) << 47);
    pthread_setattr_default_np(&huge);
  }
  ~NoThreads() { pthread_setattr_default_np(&before_); }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;

 private:
  pthread_attr_t before_;
};

TEST(KafkaConfig, A_passing_lack_of_threads_is_no_mistake_of_the_configuration) {
  SinkUnderTest sink("127.0.0.1:1", "topic");
  {
    const NoThreads guard;
    TestCall check(1000), open(1000);
    EXPECT_EQ(CONNECTOR_RETRIABLE, sink.check(check));
    EXPECT_NE(std::string::npos, check.message().find("thread")) << check.message();
    EXPECT_EQ(CONNECTOR_RETRIABLE, sink.open(open));
    EXPECT_NE(std::string::npos, open.message().find("thread")) << open.message();
  }
  TestCall later(1000);
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, sink.open(later));  // as without any broker
}

}  // namespace
}  // namespace kafka_test
