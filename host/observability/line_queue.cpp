#include "host/observability/line_queue.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "host/observability/line_writer.hpp"

namespace connector_host::observability {

struct LineQueue::State {
  State(int descriptor, Report report) : writer(descriptor), report(std::move(report)) {}

  void run();
  void write_one(std::unique_lock<std::mutex>& lock, std::string line);
  bool take(std::string line) noexcept;
  bool idle() const { return lines.empty() && !writes_since; }

  LineWriter writer;  // the thread's
  const Report report;
  mutable std::mutex mutex;  // guards the rest
  mutable std::condition_variable changed;
  std::deque<std::string> lines;
  std::size_t bytes = 0;
  std::uint64_t dropped = 0, reported = 0;
  std::optional<std::chrono::steady_clock::time_point> writes_since;  // the line that is being written
  bool ending = false, abandoned = false;                             // ended by then, and nobody waits any more
};

void LineQueue::State::run() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [&] { return ending || !lines.empty() || dropped > reported; });
    if (abandoned) return;
    if (!lines.empty()) {
      std::string line = std::move(lines.front());
      lines.pop_front();
      write_one(lock, std::move(line));
    } else if (dropped > reported) {
      const std::uint64_t lost = dropped - std::exchange(reported, dropped);
      writes_since = std::chrono::steady_clock::now();
      lock.unlock();
      std::string line = report(lost);
      lock.lock();
      bytes += line.size();
      write_one(lock, std::move(line));
    } else {
      return;
    }
  }
}

void LineQueue::State::write_one(std::unique_lock<std::mutex>& lock, std::string line) {
  writes_since = std::chrono::steady_clock::now();
  lock.unlock();
  writer.write(line);
  lock.lock();
  writes_since.reset();
  bytes -= line.size();
  changed.notify_all();
}

bool LineQueue::State::take(std::string line) noexcept {
  const std::size_t size = line.size();
  if (bytes + size > most_bytes) return false;
  try {
    lines.push_back(std::move(line));
  } catch (const std::bad_alloc&) {
    return false;
  }
  bytes += size;
  return true;
}

LineQueue::LineQueue(int descriptor, Report report) : state_(std::make_shared<State>(descriptor, std::move(report))) {
  std::thread([state = state_] { state->run(); }).detach();
}

LineQueue::~LineQueue() {
  {
    std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_all();
  flush(patience_at_end);
  std::lock_guard lock(state_->mutex);
  state_->abandoned = true;
}

void LineQueue::write(std::string line) noexcept {
  {
    std::lock_guard lock(state_->mutex);
    if (!state_->take(std::move(line))) ++state_->dropped;
  }
  state_->changed.notify_all();
}

bool LineQueue::flush(std::chrono::milliseconds limit) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, limit, [&] { return state_->idle() && state_->dropped == state_->reported; });
}

std::uint64_t LineQueue::lost() const {
  std::lock_guard lock(state_->mutex);
  return state_->dropped + state_->writer.lost();
}

std::optional<std::chrono::steady_clock::time_point> LineQueue::stuck_since() const {
  std::lock_guard lock(state_->mutex);
  return state_->writes_since;
}

}  // namespace connector_host::observability
