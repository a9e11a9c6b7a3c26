#include "host/runtime/sample_window.hpp"

#include <iterator>
#include <utility>

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
constexpr auto apart = 5s;
constexpr auto window = 60s;

bool shrank(const SampleWindow::Values& before, const SampleWindow::Values& now) {
  for (std::size_t i = 0; i < now.size(); ++i)
    if (now[i] < before[i]) return true;
  return false;
}

}  // namespace

std::optional<SampleWindow::Growth> SampleWindow::growth(const std::string& name, world::Time now, const Values& values) {
  History& history = histories_[name];
  history.told = true;
  auto& samples = history.samples;
  // Another of the same name counts from 0.
  if (!samples.empty() && shrank(samples.back().values, values)) samples.clear();
  // One that is older than the window stays as long as none other is old enough to be compared with.
  while (samples.size() > 1 && now - samples.front().at > window) samples.pop_front();
  std::optional<Growth> growth;
  if (!samples.empty() && now > samples.front().at) {
    growth.emplace();
    growth->seconds = std::chrono::duration<double>(now - samples.front().at).count();
    for (std::size_t i = 0; i < values.size(); ++i) growth->values[i] = values[i] - samples.front().values[i];
  }
  if (samples.empty() || now - samples.back().at >= apart) samples.push_back({now, values});
  return growth;
}

void SampleWindow::sweep() {
  for (auto at = histories_.begin(); at != histories_.end();) at = std::exchange(at->second.told, false) ? std::next(at) : histories_.erase(at);
}

}  // namespace connector_host::runtime
