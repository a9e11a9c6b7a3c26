// The JSON Schema that editors get, judged by a validator of another make: it takes what the host
// takes, and refuses what it refuses.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/integration/program.hpp"

namespace integration {
namespace {

class SchemaTest : public testing::Test {
 protected:
  SchemaTest() : folder(::mkdtemp(std::string("/tmp/connector-schema-XXXXXX").data())) {}
  ~SchemaTest() override { std::filesystem::remove_all(folder); }
  void SetUp() override {
    const Finished schema = run({CONNECTOR_HOST, "schema"});
    ASSERT_EQ(schema.code, 0) << schema.output;
    std::ofstream(folder + "/schema.json") << schema.output;
  }
  Finished check(const std::string& file) const {
    return run({"/usr/bin/python3", SCHEMA_CHECK, folder + "/schema.json", file});
  }
  std::string file(const std::string& connector) const {
    const std::string path = folder + "/t.yaml";
    std::ofstream(path) << "connectors:\n  c:\n"
                        << connector
                        << "http: { listen: 127.0.0.1:0 }\nadmin: { listen: 127.0.0.1:0 "
                           "}\nstate_dir: /nonexistent\n";
    return path;
  }
  void expect_both_take(const std::string& path) const {
    const Finished host = run({CONNECTOR_HOST, "validate", path}), schema = check(path);
    EXPECT_EQ(host.code, 0) << host.output;
    EXPECT_EQ(schema.code, 0) << schema.output;
  }
  void expect_both_refuse(const std::string& path) const {
    const Finished host = run({CONNECTOR_HOST, "validate", path}), schema = check(path);
    EXPECT_EQ(host.code, 2) << host.output;
    EXPECT_EQ(schema.code, 3) << schema.output;
    EXPECT_TRUE(schema.output.starts_with(path + ": $")) << schema.output;
  }

  const std::string folder;
};

TEST_F(SchemaTest, Takes_what_is_shipped) {
  for (const char* path : {SHIPPED_TOPOLOGY, QUICKSTART_TOPOLOGY}) expect_both_take(path);
}

TEST_F(SchemaTest, Takes_every_spelling_that_the_host_takes) {
  for (const std::string rate : {"10", "10.5", "\"${RATE:-10}\""}) {
    for (const std::string timeout : {"10s", "500ms", "\"${TIMEOUT:-10s}\""}) {
      expect_both_take(file("    id: none\n    drain_timeout: " + timeout +
                            "\n    source: { type: generator, rate: " + rate +
                            " }\n    transforms: []\n    sink: { type: kafka, topic: t, brokers: "
                            "'a:1,b:2', properties: { batch.size: 100000 } }\n    retry: { max: " +
                            timeout + " }\n"));
    }
  }
  expect_both_take(
      file("    source: { type: rabbitmq, url: amqp://h/, queue: q, property_headers: [type], "
           "declare: active, arguments: { x-max-length: 5 }, "
           "heartbeat: 10s }\n"
           "    sink: { type: 'null' }\n"));
  for (const std::string id :
       {"{ json: /a }", "{ header: h }", "{ message_id: true }", "{ key: true }", "none"})
    expect_both_take(
        file("    id: " + id + "\n    source: { type: generator }\n    sink: { type: 'null' }\n"));
}

TEST_F(SchemaTest, Refuses_what_the_host_refuses) {
  const std::string source = "    source: { type: generator }\n",
                    sink = "    sink: { type: 'null' }\n";
  for (const std::string& mistake :
       {sink, source, source + sink + "    colour: red\n",
        source + sink + "    retry: { first: 1s }\n", source + sink + "    ordering: sometimes\n",
        source + sink + "    tasks: many\n", source + sink + "    tasks: 0\n",
        source + sink + "    id: { json: /a, header: b }\n",
        source + sink + "    transforms: { type: x }\n", source + "    sink: { type: nul }\n",
        source + "    sink: { path: x }\n", source + "    sink: { type: file, pth: x }\n",
        source + "    sink: { type: kafka, topic: t, compression: fast }\n",
        source + "    sink: { type: kafka }\n",
        "    source: { type: generator, count: many }\n" + sink,
        "    source: { type: generator, rate: '10' }\n" + sink,
        "    source: { type: 'null' }\n" + sink})
    expect_both_refuse(file(mistake));
}

}  // namespace
}  // namespace integration
