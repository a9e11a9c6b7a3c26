#pragma once
// PoolKeeper: a thread that looks after the producers of an open sink while no write does.
//
// What librdkafka says by itself (errors, statistics) waits in a producer's queue until somebody
// serves it. Writes serve the producers that they use; this serves the idle ones, so that no queue
// grows for as long as nothing is written, and then publishes the statistics. start and stop are
// for one thread at a time. Owned by KafkaSink; pool and board outlive it.
#include <chrono>
#include <stop_token>
#include <thread>

#include "plugins/kafka/producer_pool.hpp"
#include "plugins/kafka/statistics_board.hpp"

namespace connector_host_plugins::kafka {

class PoolKeeper {
 public:
  PoolKeeper(ProducerPool& pool, StatisticsBoard& board, std::chrono::milliseconds every)
      : pool_(pool), board_(board), every_(every) {}

  void start();
  // Returns when the thread is over, which is at once but for a producer that it is serving. The
  // board is up to date then.
  void stop();

 private:
  void run(const std::stop_token& stop);

  ProducerPool& pool_;
  StatisticsBoard& board_;
  const std::chrono::milliseconds every_;
  std::jthread thread_;
};

}  // namespace connector_host_plugins::kafka
