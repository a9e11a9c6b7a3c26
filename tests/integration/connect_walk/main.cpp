// connect_walk record [ADDRESS]: walks through a real Kafka Connect and writes recorded.json.
// connect_walk compare ADDRESS: walks through what answers there and prints how it differs from the
// recording, as our host.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/integration/connect_walk/recording.hpp"
#include "tests/integration/connect_walk/walk.hpp"

using namespace integration;

namespace {

std::uint16_t port_of(const std::string& address) {
  return std::uint16_t(std::atoi(address.substr(address.rfind(':') + 1).c_str()));
}

int record(std::uint16_t port, const std::string& folder) {
  std::ofstream(folder + "/input.txt") << "one\ntwo\nthree\n";
  const Walk walk(WALK_FILE, "kafka-connect", folder);
  std::vector<Observation> answers;
  bool good = true;
  for (const Step& step : walk.steps()) {
    answers.push_back(take(step, port));
    if (answers.back()["status"] != 0 && !answers.back().contains("late") &&
        !answers.back().contains("unkept"))
      continue;
    std::cerr << answers.back().dump() << "\n";
    good = false;
  }
  if (good) write_recording(WALK_RECORDING, answers);
  return good ? 0 : 1;
}

int compare(std::uint16_t port, const std::string& folder) {
  const Walk walk(WALK_FILE, "connector-host", folder);
  const std::vector<Observation> recorded = read_recording(WALK_RECORDING, walk);
  int count = 0;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const Step& step = walk.steps()[i];
    for (const std::string& each :
         differences(step, recorded[i], take(step, port, std::chrono::seconds(3)), true)) {
      std::cout << i + 1 << " " << step.ask << " " << step.question.body << ": " << each
                << std::endl;
      ++count;
    }
  }
  std::cout << count << " differences in " << recorded.size() << " requests\n";
  return count == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::string verb = argc > 1 ? argv[1] : "";
  const char* const named = std::getenv("CONNECTOR_TEST_KAFKA_CONNECT");
  const std::string address = argc > 2 ? argv[2] : named ? named : "";
  if ((verb != "record" && verb != "compare") || address.empty()) {
    std::cerr << "usage: connect_walk record|compare [127.0.0.1:PORT]   (default: "
                 "CONNECTOR_TEST_KAFKA_CONNECT)\n";
    return 2;
  }
  char path[] = "/tmp/connect-walk-XXXXXX";
  const std::string folder = ::mkdtemp(path);
  const int code =
      verb == "record" ? record(port_of(address), folder) : compare(port_of(address), folder);
  std::filesystem::remove_all(folder);
  return code;
} catch (const std::exception& error) {
  std::cerr << "connect_walk: " << error.what() << "\n";
  return 1;
}
