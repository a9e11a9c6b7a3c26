#pragma once
// ClientEvents: what one librdkafka client says by itself: its log lines, its errors, its
// statistics, the reports of its messages.
//
// The opaque of the client, which it outlives; owned by whoever owns the client. Log lines come on
// librdkafka's threads, all else inside rd_kafka_poll and rd_kafka_flush on the caller's, who alone
// may read last_fault().
#include <librdkafka/rdkafka.h>

#include "plugins/kafka/client_log.hpp"
#include "plugins/kafka/fault.hpp"
#include "plugins/kafka/report.hpp"
#include "plugins/kafka/statistics_board.hpp"

namespace connector_host_plugins::kafka {

class ClientEvents {
 public:
  // board: for the statistics; null: they are of no interest. Both outlive it.
  explicit ClientEvents(ClientLog& log, StatisticsBoard* board = nullptr)
      : log_(log), board_(board), seat_(board ? board->enter() : 0) {}
  ~ClientEvents() {
    if (board_) board_->leave(seat_);
  }
  ClientEvents(const ClientEvents&) = delete;
  ClientEvents& operator=(const ClientEvents&) = delete;

  // The client's latest word about its brokers since the last clear().
  const Fault& last_fault() const { return last_; }
  void clear() { last_ = {}; }
  void note(rd_kafka_resp_err_t, const char* text);

  // For rd_kafka_conf_set_log_cb, _error_cb, _stats_cb and _dr_msg_cb.
  static void on_line(const rd_kafka_t*, int level, const char* facility,
                      const char* text) noexcept;
  static void on_error(rd_kafka_t*, int code, const char* text, void* events) noexcept;
  static int on_statistics(rd_kafka_t*, char* json, std::size_t size, void* events) noexcept;
  static void on_report(rd_kafka_t*, const rd_kafka_message_t*, void* events) noexcept;

 private:
  ClientLog& log_;
  StatisticsBoard* const board_;
  const std::uint64_t seat_;
  Fault last_;
};

}  // namespace connector_host_plugins::kafka
