// Our host, and a real Kafka Connect, against what is recorded of the latter in
// connect_walk/recorded.json.
#include <fstream>

#include "tests/integration/connect_walk/recording.hpp"
#include "tests/integration/connect_walk/walk.hpp"
#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class ConnectWalkTest : public LineTest {
 protected:
  void expect_as_recorded(const Walk& walk, std::uint16_t port, bool our_host) const {
    const std::vector<Observation> recorded = read_recording(WALK_RECORDING, walk);
    std::chrono::milliseconds patience = 20s;
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      const Step& step = walk.steps()[i];
      const Observation got = take(step, port, patience);
      if (got.contains("late"))
        patience = 500ms;  // it has failed: what depends on that state will not come either
      for (const std::string& each : differences(step, recorded[i], got, our_host))
        ADD_FAILURE() << "step " << i + 1 << ", " << step.ask << " " << step.question.body << ": "
                      << each;
    }
  }
};

class OurHostTest : public ConnectWalkTest {
 protected:
  void SetUp() override {}  // needs no server
};

TEST_F(OurHostTest, It_answers_as_kafka_connect_did) {
  const std::uint16_t port = free_port();
  std::ofstream(folder + "/t.yaml")
      << "connectors:\n  from-file:\n    id: none\n    source: { type: generator, rate: 10 }\n    "
         "sink: { type: 'null' }\n"
      << "http: { listen: 127.0.0.1:0 }\nadmin: { unauthenticated: admin, listen: 127.0.0.1:"
      << port << " }\nstate_dir: " << folder << "/state\n";
  host = std::make_unique<Program>(
      std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"}, Environment{},
      folder + "/host.log");
  ASSERT_TRUE(eventually([&] { return http_get(port, "/").status == 200; }, 20s)) << log();
  expect_as_recorded(Walk(WALK_FILE, "connector-host", folder), port, true);
}

TEST_F(ConnectWalkTest, Kafka_connect_still_answers_as_recorded) {
  const char* const named =
      std::getenv("CONNECTOR_TEST_KAFKA_CONNECT");  // one that is up; else it is started here
  Server worker("kafka_connect", folder);
  if (!named) worker.start();
  const std::string address = named ? named : worker.address();
  std::ofstream(folder + "/input.txt") << "one\ntwo\nthree\n";
  expect_as_recorded(Walk(WALK_FILE, "kafka-connect", folder),
                     std::uint16_t(std::stoi(address.substr(address.rfind(':') + 1))), false);
}

}  // namespace
}  // namespace integration
