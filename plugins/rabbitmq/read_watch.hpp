#pragma once
// ReadWatch: cuts a connection whose read call does not return. librabbitmq takes heartbeats by
// itself and reads on inside one call for as long as it finds some, whatever the time limit is: a
// broker that sends them without end would keep the caller.
//
// A thread looks once a second; the reader pays two stores a frame. What is cut is a duplicate of
// the descriptor, because the library closes its own when it likes. begin and end are the reader's;
// the rest is the thread's. It owns both.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "plugins/rabbitmq/interruption.hpp"

namespace connector_host_plugins::rabbitmq {

class ReadWatch {
 public:
  static constexpr std::chrono::seconds longest_read{3};

  explicit ReadWatch(int socket);
  ~ReadWatch();
  ReadWatch(const ReadWatch&) = delete;
  ReadWatch& operator=(const ReadWatch&) = delete;

  // Of one call of the library that waits for nothing.
  void begin() {
    reads_.store(reads_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void end() {
    reads_.store(reads_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  bool has_cut() const { return has_cut_.load(std::memory_order_acquire); }

 private:
  void run();

  Interruption interruption_;
  std::atomic<std::uint64_t> reads_ = 0;  // odd: one is under way
  std::atomic<bool> has_cut_ = false;
  std::mutex mutex_;  // guards ended_
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace connector_host_plugins::rabbitmq
