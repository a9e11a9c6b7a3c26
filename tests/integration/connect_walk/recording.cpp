#include "tests/integration/connect_walk/recording.hpp"

#include <fstream>
#include <stdexcept>

namespace integration {

void write_recording(const std::string& file, const std::vector<Observation>& answers) {
  std::ofstream out(file);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Observation kept = answers[i];
    kept.erase("said");
    out << (i == 0 ? "[\n" : ",\n") << kept.dump();
  }
  out << "\n]\n";
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

std::vector<Observation> read_recording(const std::string& file, const Walk& walk) {
  std::ifstream in(file);
  const auto answers = nlohmann::ordered_json::parse(in).get<std::vector<Observation>>();
  const auto& steps = walk.steps();
  for (std::size_t i = 0; i < steps.size() || i < answers.size(); ++i) {
    if (i >= steps.size() || i >= answers.size() || answers[i].at("ask") != steps[i].ask)
      throw std::runtime_error(file + " is no recording of this walk from step " +
                               std::to_string(i + 1) + " on; record it again");
  }
  return answers;
}

}  // namespace integration
