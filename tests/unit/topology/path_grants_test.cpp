// Which paths a configuration over REST may name: those below the roots, and those of the topology
// file itself.
#include "host/topology/path_grants.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "connector/option.hpp"
#include "host/topology/connector_loader.hpp"
#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

using connector::Option;

constexpr Option reader[] = {Option::string("path", "A file.").data_path(),
                             Option::list("more", "Files.").data_path(),
                             Option::map("named", "Files by name.").data_path(),
                             Option::string("ca_file", "Authorities.").credential_path(),
                             Option::map("properties", "Some texts.")};

class PathGrantsTest : public testing::Test {
 protected:
  PathGrantsTest() {
    char path[] = "/tmp/path-grants-XXXXXX";
    folder = ::mkdtemp(path);
    std::filesystem::create_directory(folder + "/data");
    std::filesystem::create_directory(folder + "/tls");
    std::filesystem::create_symlink("/etc/passwd", folder + "/data/link");
    loading.catalog.add(CONNECTOR_SOURCE, "reader", reader);
    loading.variables = {{"FILE", "/etc/shadow"}};
  }
  ~PathGrantsTest() override { std::filesystem::remove_all(folder); }

  // A topology with the connector x, which reads /srv/x, and these keys of admin.
  void use(const std::string& admin) {
    const LoadedTopology loaded = loading.text(
        "connectors: { x: { source: { type: reader, path: /srv/x, ca_file: ca.pem, properties: { "
        "a.location: /srv/a, b: probe } }, "
        "sink: { type: nothing } } }\nadmin: { " +
        admin + " }\n");
    ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
    grants = PathGrants(*loaded.config, loading.catalog);
  }
  std::vector<std::string> problems(const std::string& name, FlatConfig flat) {
    flat.insert({{"connector.class", "reader"}, {"sink.type", "nothing"}});
    LoadedConnector loaded =
        ConnectorLoader(loading.catalog, {}, References(loading.lookup(), "")).load(name, flat);
    if (!loaded.config) return {"not loaded: " + loaded.problems.at(0).line()};
    std::vector<std::string> out;
    for (const KeyProblem& each : grants.confine(*loaded.config, loading.catalog))
      out.push_back(each.line());
    confinement = loaded.config->source.confinement;
    return out;
  }

  std::string folder;
  Loading loading;
  PathGrants grants;
  std::optional<files::Confinement> confinement;
};

TEST_F(PathGrantsTest, Nothing_may_be_opened_by_default) {
  use("");
  const std::string fix =
      "; add its folder to admin.file_roots in the topology file, or define the connector there";
  EXPECT_EQ(problems("new", {{"source.path", "/proc/self/environ"}}),
            std::vector<std::string>{"source.path: '/proc/self/environ' is not below a folder of "
                                     "admin.file_roots, which is empty" +
                                     fix});
  EXPECT_EQ(problems("new", {{"source.ca_file", "/etc/ca.pem"}}),
            std::vector<std::string>{
                "source.ca_file: '/etc/ca.pem' is not below a folder of admin.credential_roots, "
                "which is empty; add its folder to "
                "admin.credential_roots in the topology file, or define the connector there"});
  ASSERT_TRUE(confinement);
  EXPECT_TRUE(confinement->data.roots.empty());
  EXPECT_TRUE(confinement->data.as_in_topology.empty());
}

TEST_F(PathGrantsTest, Files_below_the_roots_may_be_named) {
  use("file_roots: [" + folder + "/data/], credential_roots: " + folder + "/tls");
  EXPECT_EQ(problems("new", {{"source.path", folder + "/data/in"},
                             {"source.ca_file", folder + "/tls/ca.pem"}}),
            std::vector<std::string>{});
  EXPECT_EQ(confinement->data.roots, std::vector<std::string>{folder + "/data"});
  EXPECT_EQ(confinement->credentials.roots, std::vector<std::string>{folder + "/tls"});
}

TEST_F(PathGrantsTest, Each_path_of_a_list_and_of_a_map_is_checked) {
  use("file_roots: [" + folder + "/data]");
  const auto found = problems("new", {{"source.more", folder + "/data/in,relative"},
                                      {"source.named.a", "/etc/passwd"},
                                      {"source.path", "-"}});
  ASSERT_EQ(found.size(), 3u) << testing::PrintToString(found);
  EXPECT_TRUE(found[0].starts_with("source.path: '-' is standard input or output")) << found[0];
  EXPECT_TRUE(found[1].starts_with("source.more: 'relative' is a relative path")) << found[1];
  EXPECT_TRUE(found[2].starts_with("source.named.a: '/etc/passwd' is not below")) << found[2];
}

TEST_F(PathGrantsTest, A_link_that_leaves_the_root_is_a_problem_before_anything_runs) {
  use("file_roots: [" + folder + "/data]");
  const auto found = problems("new", {{"source.path", folder + "/data/link"}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("leaves " + folder + "/data by a link"), std::string::npos) << found[0];
}

TEST_F(PathGrantsTest, The_value_of_a_reference_is_not_shown) {
  use("");
  const auto found = problems("new", {{"source.path", "${FILE}"}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].starts_with("source.path: '${FILE}' is not below")) << found[0];
}

TEST_F(PathGrantsTest, A_connector_of_the_topology_keeps_its_own_paths) {
  use("");
  EXPECT_EQ(problems("x", {{"source.path", "/srv/x"},
                           {"source.ca_file", "ca.pem"},
                           {"source.properties.b", "probe"},
                           {"tasks.max", "2"}}),
            std::vector<std::string>{});
  EXPECT_EQ(confinement->data.as_in_topology, std::set<std::string>{"/srv/x"});
  EXPECT_EQ(confinement->credentials.as_in_topology, (std::set<std::string>{"ca.pem", "probe"}));
}

TEST_F(PathGrantsTest, Its_paths_are_for_no_other_option_and_no_other_connector) {
  use("");
  EXPECT_EQ(problems("x", {{"source.path", "ca.pem"}}).size(), 1u);
  EXPECT_EQ(problems("x", {{"source.path", "/srv/x.more"}}).size(), 1u);
  EXPECT_EQ(
      problems("x", {{"source.path", "/srv/a"}, {"source.properties.a.location", "/srv/a"}}).size(),
      1u);
  EXPECT_EQ(problems("y", {{"source.path", "/srv/x"}}).size(), 1u);
}

}  // namespace
}  // namespace connector_host::topology
