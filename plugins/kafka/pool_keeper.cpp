#include "plugins/kafka/pool_keeper.hpp"

#include <pthread.h>

#include <condition_variable>
#include <exception>
#include <mutex>

namespace connector_host_plugins::kafka {

void PoolKeeper::start() {
  if (thread_.joinable()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  pthread_setname_np(thread_.native_handle(), "kafka-keeper");
}

void PoolKeeper::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  thread_ = {};
}

void PoolKeeper::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asleep;
  std::unique_lock lock(mutex);
  while (!asleep.wait_for(lock, stop, every_, [] { return false; }) && !stop.stop_requested()) {
    try {
      pool_.serve_idle();
      board_.publish();
    } catch (const std::exception&) {  // without memory this round's figures are lost; the next may
                                       // have some
    }
  }
}

}  // namespace connector_host_plugins::kafka
