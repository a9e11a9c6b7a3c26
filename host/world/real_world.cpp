#include "host/world/real_world.hpp"

#include <pthread.h>

#include <ctime>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

namespace connector_host::world {
namespace {

Time boot_time() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return Time(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

class RealGate final : public Gate {
 public:
  void open() override {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(open_, true)) return;
    }
    opened_.notify_one();
  }
  bool wait_until(Time deadline) override {
    std::unique_lock lock(mutex_);
    if (deadline == never) {
      opened_.wait(lock, [this] { return open_; });
    } else {
      opened_.wait_until(lock, std::chrono::steady_clock::now() + (deadline - boot_time()), [this] { return open_; });
    }
    return std::exchange(open_, false);
  }

 private:
  std::mutex mutex_;  // guards open_
  std::condition_variable opened_;
  bool open_ = false;
};

class RealThread final : public Thread {
 public:
  RealThread(std::string name, std::function<void()> body)
      : thread_([name = std::move(name), body = std::move(body)] {
          pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());  // Linux allows 15 characters
          body();
        }) {}
  void join() override {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::jthread thread_;
};

}  // namespace

Duration RealWorld::unix_time() {
  return std::chrono::system_clock::now().time_since_epoch();
}

Time RealWorld::now() {
  return boot_time();
}

std::uint64_t RealWorld::random() {
  thread_local std::mt19937_64 engine(std::random_device{}());
  return engine();
}

std::unique_ptr<Gate> RealWorld::make_gate() {
  return std::make_unique<RealGate>();
}

std::unique_ptr<Thread> RealWorld::start(std::string name, std::function<void()> body) {
  return std::make_unique<RealThread>(std::move(name), std::move(body));
}

}  // namespace connector_host::world
