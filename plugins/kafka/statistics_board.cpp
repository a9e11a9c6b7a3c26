#include "plugins/kafka/statistics_board.hpp"

#include <algorithm>

#include "plugins/kafka/statistics_metrics.hpp"

namespace connector_host_plugins::kafka {
namespace {

using Metric = StatisticsMetrics;

struct Counted {
  std::uint32_t metric;
  std::uint64_t ClientFigures::* value;
};
constexpr Counted counters[] = {{Metric::sent_messages, &ClientFigures::sent_messages},
                                {Metric::sent_bytes, &ClientFigures::sent_bytes},
                                {Metric::request_retries, &ClientFigures::request_retries},
                                {Metric::request_errors, &ClientFigures::request_errors},
                                {Metric::request_timeouts, &ClientFigures::request_timeouts}};
constexpr Counted sums[] = {{Metric::broker_connections, &ClientFigures::connections},
                            {Metric::queued_messages, &ClientFigures::queued_messages},
                            {Metric::queued_bytes, &ClientFigures::queued_bytes},
                            {Metric::outbuf_messages, &ClientFigures::outbuf_messages},
                            {Metric::outbuf_requests, &ClientFigures::outbuf_requests},
                            {Metric::waitresp_messages, &ClientFigures::waitresp_messages},
                            {Metric::waitresp_requests, &ClientFigures::waitresp_requests}};

}  // namespace

std::uint64_t StatisticsBoard::enter() {
  std::lock_guard lock(mutex_);
  return ++entered_;
}

void StatisticsBoard::told(std::uint64_t producer, std::string json) {
  std::lock_guard lock(mutex_);
  texts_[producer] = std::move(json);
}

void StatisticsBoard::leave(std::uint64_t producer) {
  std::lock_guard lock(mutex_);
  left_.push_back(producer);
}

void StatisticsBoard::publish() {
  std::map<std::uint64_t, std::string> texts;
  std::vector<std::uint64_t> left;
  {
    std::lock_guard lock(mutex_);
    texts.swap(texts_);
    left.swap(left_);
  }
  for (const auto& [producer, text] : texts) {
    if (const auto figures = read_figures(text)) take(producer, *figures);
  }
  for (const std::uint64_t producer : left) figures_.erase(producer);
  show();
}

// librdkafka may forget a broker, and with it what that one had counted: then nothing is added.
void StatisticsBoard::take(std::uint64_t producer, const ClientFigures& now) {
  ClientFigures& before = figures_[producer];
  for (const Counted& each : counters) {
    if (now.*each.value > before.*each.value)
      host_.add(first_metric_ + each.metric, double(now.*each.value - before.*each.value));
  }
  before = now;
}

void StatisticsBoard::show() const {
  double rtt_mean = 0, rtt_max = 0, throttle_max = 0;
  auto idempotence = IdempotenceState::ready;
  for (const auto& [producer, of] : figures_) {
    rtt_mean = std::max(rtt_mean, of.rtt_mean_seconds);
    rtt_max = std::max(rtt_max, of.rtt_max_seconds);
    throttle_max = std::max(throttle_max, of.throttle_max_seconds);
    idempotence = std::max(idempotence, of.idempotence);
  }
  for (const Counted& each : sums) {
    std::uint64_t sum = 0;
    for (const auto& [producer, of] : figures_) sum += of.*each.value;
    host_.set(first_metric_ + each.metric, double(sum));
  }
  host_.set(first_metric_ + Metric::producers, double(figures_.size()));
  host_.set(first_metric_ + Metric::rtt_mean, rtt_mean);
  host_.set(first_metric_ + Metric::rtt_max, rtt_max);
  host_.set(first_metric_ + Metric::throttle_max, throttle_max);
  host_.set(first_metric_ + Metric::idempotence_state, double(idempotence));
}

}  // namespace connector_host_plugins::kafka
