#include "plugins/rabbitmq/read_watch.hpp"

namespace connector_host_plugins::rabbitmq {

ReadWatch::ReadWatch(int socket) {
  interruption_.watch(socket);
  thread_ = std::thread([this] { run(); });
}

ReadWatch::~ReadWatch() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ReadWatch::run() {
  std::uint64_t seen = 0;
  int seconds = 0;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, std::chrono::seconds(1), [this] { return ended_; })) {
    const std::uint64_t reads = reads_.load(std::memory_order_relaxed);
    const bool is_same_read = reads % 2 == 1 && reads == seen;
    seconds = is_same_read ? seconds + 1 : 0;
    seen = reads;
    if (seconds < longest_read.count()) continue;
    has_cut_.store(true, std::memory_order_release);
    interruption_.cancel();
    return;
  }
}

}  // namespace connector_host_plugins::rabbitmq
