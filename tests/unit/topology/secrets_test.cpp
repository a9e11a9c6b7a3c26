// Secrets: where they are found, and that no message ever shows one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

bool has(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

TEST(Secrets, Of_a_component_are_listed_for_scrubbing) {
  const std::string file = testing::TempDir() + "/secret-" + std::to_string(getpid());
  std::ofstream(file) << "from-file\n";
  Loading loading;
  loading.variables = {{"PIN", "4711"}};
  const auto loaded = loading.text(Loading::around(
      "string: 'x ${file:" + file + "}'\npin: ${PIN}\nlist: ['redis://:in-url@h']\n" +
      "map: { sasl.password: by-name, linger.ms: '5' }\nsecrets: { any: all-secret }"));
  std::filesystem::remove(file);
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  const auto& secrets = loaded.config->connectors[0].sink.secrets;
  for (const char* const secret : {"from-file", "4711", "in-url", "by-name", "all-secret"})
    EXPECT_TRUE(has(secrets, secret)) << secret;
  EXPECT_EQ(secrets.size(), 5u);
}

TEST(Secrets, In_the_userinfo_of_a_url_are_found_as_written_and_decoded) {
  Loading loading;
  const auto loaded = loading.text(
      "connectors: { x: { source: { type: rabbitmq, queue: q, url: 'amqp://u:a%2Fb@h/' }, sink: { "
      "type: nothing } } }");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->connectors[0].source.secrets,
            (std::vector<std::string>{"a%2Fb", "a/b"}));
}

TEST(Secrets, A_plugins_own_default_is_none) {
  Loading loading;
  const auto loaded = loading.text(
      "connectors: { x: { source: { type: rabbitmq, queue: q }, sink: { type: nothing } } }");
  ASSERT_TRUE(loaded.config);
  EXPECT_TRUE(loaded.config->connectors[0].source.secrets.empty());
}

// Each text is wrong in another way and holds the word "canary" where a secret could be.
TEST(Secrets, Are_in_no_message) {
  const std::string file = testing::TempDir() + "/canary-" + std::to_string(getpid());
  std::ofstream(file, std::ios::binary) << "canary\xff";
  Loading loading;
  loading.variables = {{"SECRET", "canary"},
                       {"NUMBER", "815canary"},
                       {"URL", "amqp://u:canary@h"},
                       {"LATIN1", "canary\xfc"}};
  const std::vector<std::string> texts = {
      Loading::around("integer: ${SECRET}"),
      Loading::around("integer: ${NUMBER}"),
      Loading::around("boolean: ${SECRET}"),
      Loading::around("duration: ${NUMBER}"),
      Loading::around("size: ${NUMBER}"),
      Loading::around("colours: '${SECRET}'"),
      Loading::around("colours: [red, '${SECRET}']"),
      Loading::around("map: ${SECRET}"),
      Loading::around("string: ${LATIN1}"),
      Loading::around("string: '${UNSET} ${SECRET}'"),
      Loading::around("string: 'canary${'"),
      Loading::around("string: '${canary!}'"),
      Loading::around("string: '${canary-x}'"),
      Loading::around("string: '${file:" + file + "}'"),
      Loading::around("integer: '${UNSET:-canary}'"),
      Loading::around("integer: amqp://user:canary@host/"),
      Loading::around("integer: 'amqp://user:ca%20/canary@host/,amqp://b:canary@host'"),
      Loading::around("boolean: 'http://canary@host'"),
      Loading::around("pin: canary"),
      Loading::around("pin: 'canary'"),
      Loading::around("secrets: [canary]"),
      Loading::around("secrets: { a: [canary] }"),
      Loading::around("strin: canary"),
      Loading::around("map: {password:canary}"),
      Loading::around("map: {password=canary}"),
      Loading::around("string: a\nstring: canary"),
      Loading::around("string: !canary"),
      Loading::around("string: &canary x"),
      Loading::around("string: *canary"),
      Loading::around("string: \"canary\\q\""),
      Loading::around("string: 'canary\n"),
      Loading::around("string: \"canary\\0\""),
      Loading::around("password:canary"),
      "admin: { tokens: { a: canary } }",
      "admin: { tokens: { a: 'canary canary canary' }, users: { a: '${SECRET}${UNSET}' } }",
      "admin: { tokens: canary }",
      "admin: { tokens: [canary] }",
      "admin: { tokens: { a: [canary] } }",
      "admin: { read_only: { users: canary } }",
      "connectors: { x: { source: {type:canary}, sink: { type: nothing } } }",
      "connectors: { x: { source: { type: rabbitmq, password:canary }, sink: { type: nothing } } }",
      "connectors: { x: { source: { type: '${SECRET}' }, sink: { type: nothing } } }",
      "connectors: { x: { id: '${SECRET}', source: { type: nothing }, sink: { type: nothing } } }",
      "connectors: { x: { id: { json: '${SECRET}' }, source: { type: nothing }, sink: { type: "
      "nothing } } }",
      "connectors: { x: { id: 'amqp://u:canary@h', source: { type: nothing }, sink: { type: "
      "nothing } } }",
      "connectors: { x: { hold_max: '${NUMBER}', source: { type: nothing }, sink: { type: nothing "
      "} } }",
      "http: { listen: '${URL}' }",
      "log: { level: '${SECRET}', format: '${URL}' }",
      "connectors: {x:canary}",
      "connectors: '${SECRET}'",
      "${SECRET}",
      "canary",
      "password:canary\n",
  };
  for (const std::string& text : texts) {
    const auto loaded = loading.text(text);
    EXPECT_FALSE(loaded.config) << text;
    for (const Problem& problem : loaded.problems) {
      // The file's path is no secret.
      std::string line = problem.line() + problem.json();
      for (std::size_t at = line.find(file); at != std::string::npos; at = line.find(file))
        line.erase(at, file.size());
      EXPECT_EQ(line.find("canary"), std::string::npos) << text << "\n" << problem.line();
    }
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace connector_host::topology
