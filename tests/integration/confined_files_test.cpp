// Which files a connector may open that was made over REST: those below the topology's roots. Needs
// no server.
#include <filesystem>
#include <fstream>

#include "tests/integration/rest_fixture.hpp"
#include "tests/unit/http/certificates.hpp"

namespace integration {
namespace {

using connector_host::http::Certificate;

class ConfinedFilesTest : public RestTest {
 protected:
  void SetUp() override {
    RestTest::SetUp();
    std::filesystem::create_directory(data);
    std::filesystem::create_directory(tls);
  }

  void use_roots() { admin_keys = "file_roots: [" + data + "], credential_roots: [" + tls + "]"; }
  static void write(const std::string& file, const std::string& text) {
    std::ofstream(file, std::ios::app) << text;
  }

  static json file_source(const std::string& path) {
    return {
        {"connector.class", "file"}, {"source.path", path}, {"sink.type", "null"}, {"id", "none"}};
  }
  // A pipeline that needs servers, without any.
  static json remote(const json& more) {
    json all = {{"connector.class", "rabbitmq"},
                {"source.url", "amqps://127.0.0.1:1/"},
                {"source.queue", "q"},
                {"dedup.type", "redis"},
                {"dedup.address", "127.0.0.1:1"},
                {"dedup.tls", "true"},
                {"sink.type", "kafka"},
                {"sink.brokers", "127.0.0.1:1"},
                {"sink.topic", "t"}};
    all.update(more);
    return all;
  }
  // What validate says of this key; empty: nothing.
  std::string error_of(const json& config, const std::string& key) const {
    json named = config;
    named["name"] = "new";
    const Answer answer = ask(
        "PUT",
        "/connector-plugins/" + config["connector.class"].get<std::string>() + "/config/validate",
        named);
    const json found = json::parse(answer.body, nullptr, false);
    for (const json& each : found["configs"]) {
      if (each["value"]["name"] == key && !each["value"]["errors"].empty())
        return each["value"]["errors"][0];
    }
    return "";
  }
  // It is refused by POST, PUT and validate, with these words about this key.
  void expect_refused(const json& config, const std::string& key,
                      const std::vector<std::string>& words) const {
    const std::pair<const char*, Answer> answers[] = {
        {"POST", ask("POST", "/connectors", {{"name", "new"}, {"config", config}})},
        {"PUT", ask("PUT", "/connectors/new/config", config)},
        {"PUT of another", ask("PUT", "/connectors/a/config", config)}};
    for (const auto& [method, answer] : answers) {
      EXPECT_EQ(answer.status, 400) << method << ' ' << key << ' ' << answer.body;
      EXPECT_NE(answer.body.find(key + ": "), std::string::npos) << method << ' ' << answer.body;
      for (const std::string& word : words)
        EXPECT_NE(answer.body.find(word), std::string::npos) << method << ' ' << answer.body;
    }
    const std::string found = error_of(config, key);
    for (const std::string& word : words)
      EXPECT_NE(found.find(word), std::string::npos) << key << ": " << found;
    EXPECT_EQ(ask("GET", "/connectors/new").status, 404);
  }
  std::string trace(const std::string& name) const {
    const json all = status(name);
    return all.is_object() && all.contains("tasks") ? all.dump() : "";
  }

  const std::string data = folder + "/data", tls = folder + "/tls";
};

TEST_F(ConfinedFilesTest, By_default_no_file_may_be_named) {
  write(data + "/in", "1\n");
  write_topology(connector("a"));
  start();
  expect_refused(file_source("/proc/self/environ"), "source.path",
                 {"'/proc/self/environ'", "admin.file_roots"});
  expect_refused(file_source(data + "/in"), "source.path",
                 {"'" + data + "/in'", "admin.file_roots"});
  expect_refused(file_source("-"), "source.path", {"standard input"});
  expect_refused(file_source("in"), "source.path", {"absolute path"});
  expect_refused(config({{"sink.type", "file"}, {"sink.path", data + "/out"}}), "sink.path",
                 {"'" + data + "/out'", "admin.file_roots"});
  EXPECT_EQ(
      ask("PATCH", "/connectors/a/config", {{"sink.type", "file"}, {"sink.path", data + "/out"}})
          .status,
      400);
  EXPECT_FALSE(std::filesystem::exists(data + "/out"));
  EXPECT_EQ(get("/admin/config")["admin"]["file_roots"], json::array());
}

TEST_F(ConfinedFilesTest, Records_move_between_files_below_a_root) {
  use_roots();
  for (int i = 0; i < 100; ++i) write(data + "/in", "line " + std::to_string(i) + "\n");
  write_topology(connector("a"));
  start();
  EXPECT_EQ(get("/admin/config")["admin"]["file_roots"], json::array({data}));
  json settings = file_source(data + "/in");
  settings.update({{"source.follow", "true"},
                   {"source.rotate_wait", "0ms"},
                   {"sink.type", "file"},
                   {"sink.path", data + "/out"}});
  ASSERT_EQ(ask("POST", "/connectors", {{"name", "copy"}, {"config", settings}}).status, 201)
      << log();
  EXPECT_TRUE(eventually([&] { return records("copy", "delivered") == 100; }, 20s)) << log();
  std::filesystem::rename(data + "/in", data + "/in.1");
  write(data + "/in.1", "the last one\n");
  write(data + "/in", "after the rotation\n");
  EXPECT_TRUE(eventually([&] { return records("copy", "delivered") == 102; }, 20s)) << log();
  const std::string out = file_text(data + "/out");
  EXPECT_TRUE(out.starts_with("line 0\n")) << out;
  EXPECT_NE(out.find("the last one\nafter the rotation\n"), std::string::npos) << out;
  expect_refused(file_source("/proc/self/environ"), "source.path",
                 {"'/proc/self/environ'", "admin.file_roots"});
  expect_refused(file_source(topology), "source.path", {"admin.file_roots"});
  expect_refused(file_source(data + "/../t.yaml"), "source.path", {"admin.file_roots"});
}

TEST_F(ConfinedFilesTest, A_link_that_is_made_later_leads_nowhere) {
  use_roots();
  write(data + "/in", "1\n");
  write(folder + "/outside", "outside\n");
  write_topology(connector("a"));
  start();
  json settings = file_source(data + "/in");
  settings.update({{"source.follow", "true"}, {"sink.type", "file"}, {"sink.path", data + "/out"}});
  ASSERT_EQ(ask("POST", "/connectors", {{"name", "new"}, {"config", settings}}).status, 201)
      << log();
  ASSERT_TRUE(eventually([&] { return records("new", "delivered") == 1; }, 20s)) << log();
  ASSERT_EQ(ask("PUT", "/connectors/new/stop").status, 204);
  ASSERT_TRUE(reaches("new", "STOPPED"));
  std::filesystem::remove(data + "/in");
  std::filesystem::create_symlink(folder + "/outside", data + "/in");
  ASSERT_EQ(ask("PUT", "/connectors/new/resume").status, 202);
  EXPECT_TRUE(
      eventually([&] { return trace("new").find("leaves " + data) != std::string::npos; }, 20s))
      << trace("new") << log();
  EXPECT_EQ(file_text(data + "/out"), "1\n");
}

TEST_F(ConfinedFilesTest, A_connector_of_the_topology_keeps_its_own_paths_when_it_is_changed) {
  write(folder + "/in", "1\n");
  write_topology("  a:\n    id: none\n    source: { type: file, path: " + folder +
                 "/in, follow: true }\n    sink: { type: file, path: " + folder + "/out }\n");
  start();
  ASSERT_TRUE(eventually([&] { return file_text(folder + "/out") == "1\n"; }, 20s)) << log();
  ASSERT_EQ(ask("PATCH", "/connectors/a/config", {{"max_in_flight", "10"}}).status, 200) << log();
  ASSERT_EQ(get("/connectors/a/status")["origin"], "rest");
  std::filesystem::rename(folder + "/in", folder + "/in.1");
  write(folder + "/in", "2\n");
  EXPECT_TRUE(eventually([&] { return file_text(folder + "/out") == "1\n2\n"; }, 20s)) << log();
  kill_and_start();
  write(folder + "/in", "3\n");
  EXPECT_TRUE(eventually([&] { return file_text(folder + "/out").ends_with("3\n"); }, 20s))
      << log();
  EXPECT_EQ(ask("PATCH", "/connectors/a/config", {{"source.path", folder + "/in.1"}}).status, 400);
  const Answer patched =
      ask("PATCH", "/connectors/a/config", {{"source.path", "/proc/self/environ"}});
  EXPECT_EQ(patched.status, 400);
  EXPECT_NE(patched.body.find(
                "source.path: '/proc/self/environ' is not below a folder of admin.file_roots"),
            std::string::npos)
      << patched.body;
  EXPECT_EQ(ask("PATCH", "/connectors/a/config", {{"sink.path", folder + "/in"}}).status, 400)
      << "that is the path of another option";
}

TEST_F(ConfinedFilesTest, Credentials_outside_the_roots_are_refused) {
  const Certificate authority = Certificate::authority("ca");
  write(folder + "/ca.pem", authority.certificate_pem());
  use_roots();
  write_topology(connector("a"));
  start();
  const std::string outside = folder + "/ca.pem";
  for (const char* key : {"dedup.ca_file", "source.ca_file"})
    expect_refused(remote({{key, outside}}), key, {"'" + outside + "'", "admin.credential_roots"});
  expect_refused(remote({{"dedup.cert_file", outside}, {"dedup.key_file", outside}}),
                 "dedup.key_file", {"admin.credential_roots"});
  expect_refused(remote({{"source.cert_file", outside}, {"source.key_file", outside}}),
                 "source.cert_file", {"admin.credential_roots"});
  for (const char* name : {"ssl.ca.location", "ssl.certificate.location", "ssl.key.location"})
    expect_refused(remote({{"sink.properties." + std::string(name), outside}}),
                   "sink.properties." + std::string(name), {outside, "admin.credential_roots"});
  expect_refused(remote({{"sink.properties.ssl.ca.location", "probe"}}),
                 "sink.properties.ssl.ca.location", {"absolute path"});
  expect_refused(remote({{"sink.properties.ssl.crl.location", tls + "/crl.pem"}}),
                 "sink.properties.ssl.crl.location", {"topology file"});
  expect_refused(remote({{"sink.sasl_mechanism", "GSSAPI"},
                         {"sink.properties.sasl.kerberos.keytab", tls + "/keytab"}}),
                 "sink.properties.sasl.kerberos.keytab", {"topology file"});
}

// As a kubelet lays out a Secret, and as it renews it.
TEST_F(ConfinedFilesTest, Certificates_of_a_Kubernetes_Secret_are_read_and_read_again) {
  use_roots();
  const auto renew = [&](const std::string& version, const std::string& pem) {
    std::filesystem::create_directory(tls + "/.." + version);
    write(tls + "/.." + version + "/ca.crt", pem);
    std::filesystem::create_symlink(".." + version, tls + "/..data_tmp");
    std::filesystem::rename(tls + "/..data_tmp", tls + "/..data");
  };
  renew("1", Certificate::authority("ca").certificate_pem());
  std::filesystem::create_symlink("..data/ca.crt", tls + "/ca.crt");
  write_topology(connector("a"));
  start();
  const json settings = remote({{"dedup.ca_file", tls + "/ca.crt"},
                                {"source.ca_file", tls + "/ca.crt"},
                                {"sink.security_protocol", "ssl"},
                                {"sink.properties.ssl.ca.location", tls + "/ca.crt"}});
  ASSERT_EQ(ask("PUT", "/connectors/new/config", settings).status, 201) << log();
  const auto says = [&](const std::string& word) {
    return eventually([&] { return trace("new").find(word) != std::string::npos; }, 20s);
  };
  EXPECT_TRUE(says("127.0.0.1:1")) << trace("new");
  EXPECT_EQ(trace("new").find("ca_file"), std::string::npos) << trace("new");
  renew("2", "no certificate");
  EXPECT_TRUE(says("option 'ca_file': cannot use " + tls + "/ca.crt")) << trace("new");
}

}  // namespace
}  // namespace integration
