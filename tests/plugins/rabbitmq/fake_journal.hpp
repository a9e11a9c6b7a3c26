#pragma once
// FakeJournal: what a fake broker has seen, for the test's thread. Thread-safe; owned by the
// FakeBroker.
//
// A frame is a line of words: "qos 5", "consume test/0#1", "cancel test/0#1", "ack 7", "ack 7
// multiple", "nack 8 requeue". Arguments of a consumer follow its tag: "consume test/0#1
// x-priority=5".
#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace rabbitmq_test {

class FakeJournal {
  template <class F>
  auto locked(F&& f) const {
    std::lock_guard lock(mutex_);
    return f();
  }

 public:
  void add(std::string frame) {
    locked([&] { frames_.push_back(std::move(frame)); });
  }
  void add_violation(std::string what) {
    locked([&] { violations_.push_back(std::move(what)); });
  }
  void count_connection() {
    locked([&] { ++connections_; });
  }
  void count_silence() {
    locked([&] { ++silences_; });
  }
  void set_unsettled(std::uint64_t deliveries) {
    locked(
        [&] { unsettled_ = deliveries, most_unsettled_ = std::max(most_unsettled_, deliveries); });
  }

  std::vector<std::string> frames() const {
    return locked([&] { return frames_; });
  }
  std::vector<std::string> violations() const {
    return locked([&] { return violations_; });
  }
  int connections() const {
    return locked([&] { return connections_; });
  }
  int silences() const {
    return locked([&] { return silences_; });
  }
  std::uint64_t unsettled() const {
    return locked([&] { return unsettled_; });
  }
  // Since the last call.
  std::uint64_t take_most_unsettled() {
    return locked([&] { return std::exchange(most_unsettled_, unsettled_); });
  }

 private:
  mutable std::mutex mutex_;  // guards all below
  std::vector<std::string> frames_, violations_;
  int connections_ = 0, silences_ = 0;
  std::uint64_t unsettled_ = 0, most_unsettled_ = 0;
};

}  // namespace rabbitmq_test
