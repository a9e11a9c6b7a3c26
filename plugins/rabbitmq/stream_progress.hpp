#pragma once
// StreamProgress: how far a source has read its stream, across connections and restarts.
//
// It keeps the offset of the first unsettled record in the instance's state, at most once a second
// and at the end, and before the first record of a stream is handed out: a crash repeats records
// and skips none. A stored offset counts for its virtual host and queue only. Where none is stored,
// the option stream_offset decides. The intake thread's alone; owned by the source while its queue
// is a stream. It acknowledges nothing: Acknowledger does.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "connector/abi.h"
#include "connector/host.hpp"
#include "plugins/rabbitmq/argument_table.hpp"
#include "plugins/rabbitmq/source_settings.hpp"
#include "plugins/rabbitmq/stream_ledger.hpp"

namespace connector_host_plugins::rabbitmq {

class StreamProgress {
 public:
  StreamProgress(connector::Host host, const SourceSettings& settings);
  StreamProgress(const StreamProgress&) = delete;
  StreamProgress& operator=(const StreamProgress&) = delete;

  // The stored offset of the stream that these settings name.
  static std::optional<std::uint64_t> stored(const connector::Host& host,
                                             const SourceSettings& settings);
  // Nothing: forgets it. Throws RETRIABLE where the host cannot keep it.
  static void store(const connector::Host& host, const SourceSettings& settings,
                    std::optional<std::uint64_t> offset);
  // The offset of a delivery of a stream; nothing: it is none.
  static std::optional<std::uint64_t> offset_in(const amqp_frame_t& header);

  StreamLedger& ledger() { return ledger_; }
  // Adds where the next consumer starts. The table is valid until the next call.
  void begin_consumer(ArgumentTable& arguments);
  void receive(std::uint64_t offset);
  // Completes a record that is handed out now.
  void hand_out(connector_record& record, std::uint64_t offset);
  void keep();
  void keep_if_due();

 private:
  using Clock = std::chrono::steady_clock;

  connector::Host host_;
  const SourceSettings* settings_;
  std::optional<std::uint64_t> kept_;  // as the host has it
  StreamLedger ledger_;
  std::string start_;  // of the present consumer
  Clock::time_point next_keep_{};
  bool failing_ = false;  // the host cannot keep it at present
};

}  // namespace connector_host_plugins::rabbitmq
