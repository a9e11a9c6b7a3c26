#pragma once
// StatisticsBoard: the statistics of a sink's producers, from the text that librdkafka hands out to
// the metrics of the sink.
//
// A producer leaves its latest text here, on whatever thread serves it; who publishes reads the
// texts, so that no write pays for that. Gauges are sums over the producers there are, or the worst
// of them; counters go on when a producer is replaced. publish is for one thread at a time, all
// else is thread-safe. Owned by KafkaSink; outlives the producers.
#include <connector/host.hpp>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "plugins/kafka/client_figures.hpp"

namespace connector_host_plugins::kafka {

class StatisticsBoard {
 public:
  // first_metric: where the sink's table begins with StatisticsMetrics.
  StatisticsBoard(connector::Host host, std::uint32_t first_metric)
      : host_(host), first_metric_(first_metric) {}

  // A producer's name here.
  std::uint64_t enter();
  void told(std::uint64_t producer, std::string json);
  void leave(std::uint64_t producer);

  void publish();

 private:
  void take(std::uint64_t producer, const ClientFigures& now);
  void show() const;

  const connector::Host host_;
  const std::uint32_t first_metric_;
  std::map<std::uint64_t, ClientFigures> figures_;  // of the producers there are; publish's own

  std::mutex mutex_;  // guards the rest
  std::uint64_t entered_ = 0;
  std::map<std::uint64_t, std::string> texts_;  // told since the last publish
  std::vector<std::uint64_t> left_;             // since the last publish
};

}  // namespace connector_host_plugins::kafka
