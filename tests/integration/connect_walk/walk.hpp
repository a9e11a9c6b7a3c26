#pragma once
// Walk: the requests of walk.json as one of its systems gets them, and what a system answers to
// them. README.md describes the file. One thread; owned by the test or the program that walks.
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/http_get.hpp"

namespace integration {

struct Step {
  Question question;
  std::string ask;             // as walk.json spells it: names it in the recording and in messages
  nlohmann::json until;        // asked again until these values are there; null: asked once
  std::set<std::string> maps;  // pointers of objects with free keys
  std::vector<std::string>
      without;  // pointers into the skeleton: what comes and goes, and is not looked at
  std::vector<std::string> same;  // pointers of values that are the same in both systems
  nlohmann::json begins;          // how the texts at these pointers begin, in both systems
  nlohmann::json here;            // where our host differs on purpose, and why; null: nowhere

  // Is this difference at one of the places that `here` names?
  bool forgives(const std::string& difference) const;
};

// One answer, as it is recorded: {"ask", "status", "type"?, "location"?, "body"?, "same"?}. A body
// that is no JSON is the text "no JSON". Never recorded: "said", how the body begins, "late", when
// a state did not come, and "unkept", broken promises.
using Observation = nlohmann::ordered_json;

class Walk {
 public:
  // folder: the directory of the system's files. Throws std::runtime_error for a file that is
  // wrong.
  Walk(const std::string& file, const std::string& system, const std::string& folder);

  const std::vector<Step>& steps() const { return steps_; }

 private:
  nlohmann::json filled(const nlohmann::json& value) const;
  std::string filled(std::string text) const;
  Step step_of(const nlohmann::json& line) const;

  const bool our_host_;
  nlohmann::json words_;  // of the system
  std::vector<Step> steps_;
};

// patience: how long to wait for what `until` wants.
Observation take(const Step& step, std::uint16_t port,
                 std::chrono::milliseconds patience = std::chrono::seconds(20));

// What `got` lacks of what was recorded, one line each; `here` of the step counts when it is our
// host that answered.
std::vector<std::string> differences(const Step& step, const Observation& recorded,
                                     const Observation& got, bool is_our_host);

}  // namespace integration
