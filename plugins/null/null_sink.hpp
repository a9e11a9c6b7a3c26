#pragma once
// NullSink: takes every record and keeps none, after a latency if one is set. For measuring what
// comes before it.
//
// It is not a way to drop records of a real line. write may run on several threads at once; they
// share nothing but the cancelled flag. Owned by the host through the component table.
#include <chrono>
#include <condition_variable>
#include <connector/plugin.hpp>
#include <mutex>
#include <string>
#include <string_view>

namespace connector_host_plugins::null {

class NullSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "null",
                                    description = "Takes every record and keeps none.";
  static constexpr connector::Option options[] = {
      connector::Option::duration("latency", "How long one write takes, whatever it carries.")
          .otherwise("0ms")
          .between(0, 600'000)};
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("null_records_total", "Records taken."),
      connector::Metric::counter("null_bytes_total", "Bytes of their values.")};

  NullSink(connector::Host host, const connector::Config& config)
      : host_(host), latency_(config.duration("latency")) {}

  void open(connector::Call&) override;
  void cancel() override;
  std::string identity(connector::Call&) override { return "null"; }
  void write(connector::Records records, connector::Outcomes& outcomes,
             connector::Call& call) override;

 private:
  enum : std::uint32_t { records_total, bytes_total };

  bool pass_latency(std::chrono::milliseconds timeout);

  connector::Host host_;
  std::chrono::milliseconds latency_;
  std::mutex mutex_;  // guards cancelled_
  std::condition_variable changed_;
  bool cancelled_ = false;
};

}  // namespace connector_host_plugins::null
