#pragma once
// ClientLog: takes librdkafka's log lines to the host's log, a bounded number of them.
//
// Any thread, librdkafka's too; never blocks for long and never writes to stderr. A broker
// that is away makes librdkafka log for every reconnect, so at most 20 lines pass in 10 seconds;
// the rest is counted. Owned by KafkaSink, which outlives every client.
#include <chrono>
#include <connector/host.hpp>
#include <mutex>
#include <string>

namespace connector_host_plugins::kafka {

class ClientLog {
 public:
  explicit ClientLog(connector::Host host) : host_(host) {}

  void line(int syslog_level, const std::string& text);

 private:
  // How many lines were held back before this one; negative: this one is held back too.
  int admit();

  connector::Host host_;
  std::mutex mutex_;  // guards all below
  std::chrono::steady_clock::time_point window_start_{};
  int in_window_ = 0;
  int held_back_ = 0;
};

}  // namespace connector_host_plugins::kafka
