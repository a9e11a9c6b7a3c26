#include "tests/integration/event_tool/publisher.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include "tests/integration/event_tool/confirm_window.hpp"

namespace event_tool {
namespace {

using Clock = std::chrono::steady_clock;

void send(AmqpChannel& channel, const EventPlan& plan, const PublishSettings& settings,
          std::uint64_t index) {
  const bool poison = plan.kind(index) == EventKind::poison;
  const std::uint64_t original = plan.original_of(index);
  const std::string body = poison ? plan.poison_body(index) : plan.body(original);
  const std::string id = poison ? std::string() : plan.id(original);
  const std::string number = std::to_string(original);
  std::vector<Header> headers{{index_header, number}, {origin_header, origin_value}};
  for (const std::string& each : settings.headers) {
    const std::string_view text = each;
    headers.push_back({text.substr(0, text.find('=')), text.substr(text.find('=') + 1)});
  }
  channel.publish(settings.queue, {body, id, headers.data(), static_cast<int>(headers.size()),
                                   settings.persistent});
}

// Keeps to the rate; confirms are taken meanwhile.
class Pace {
 public:
  explicit Pace(double rate)
      : step_(rate > 0 ? std::chrono::duration<double>(1 / rate)
                       : std::chrono::duration<double>(0)) {}
  void before(std::uint64_t index, ConfirmWindow& confirms) {
    if (step_.count() == 0) return;
    const auto due =
        start_ + std::chrono::duration_cast<Clock::duration>(step_ * static_cast<double>(index));
    if (due > Clock::now()) confirms.take(std::chrono::milliseconds(0));
    std::this_thread::sleep_until(due);
  }

 private:
  std::chrono::duration<double> step_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

std::uint64_t publish(const EventPlan& plan, const PublishSettings& settings,
                      const std::function<void(std::uint64_t)>& progress) {
  AmqpChannel channel(settings.url);
  channel.declare_queue(settings.queue, settings.type);
  channel.select_confirms();
  ConfirmWindow confirms(channel, settings.window);
  Pace pace(settings.rate);
  auto told = Clock::now();
  std::uint64_t index = 0;
  for (; index < plan.settings().count && !settings.stopped(); ++index) {
    pace.before(index, confirms);
    send(channel, plan, settings, index);
    confirms.sent();
    if (Clock::now() - told < std::chrono::milliseconds(250)) continue;
    told = Clock::now();
    progress(index + 1);
  }
  confirms.drain();
  progress(index);
  return index;
}

}  // namespace event_tool
