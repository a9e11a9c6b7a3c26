#pragma once
// DeliveryReports: the one thread of a producer that takes librdkafka's reports and errors, and wakes the writers.
//
// One lock per event of many reports, none per record; a writer is woken when its last report is in, when there is room
// again, when the producer fails for good, or by cancel. Thread-safe but for the constructor and stop(), which belong
// to the owner, Producer.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/deadline.hpp"
#include "plugins/kafka/fault.hpp"
#include "plugins/kafka/handles.hpp"
#include "plugins/kafka/pending_write.hpp"

namespace connector_host_plugins::kafka {

class DeliveryReports : private Cancellation::Listener {
 public:
  DeliveryReports(rd_kafka_t*, Cancellation&);
  DeliveryReports(const DeliveryReports&) = delete;
  DeliveryReports& operator=(const DeliveryReports&) = delete;

  // Ends the thread and lets go of the client, which can be destroyed then. Once, when no write is left.
  void stop();

  void add(PendingWrite&);
  void remove(PendingWrite&);

  // How often reports have made room in librdkafka's queue; read it before a produce that may find the queue full.
  std::uint64_t rounds() const;
  // Waits for the round after `seen`. False: the deadline, a failure or a cancel came first.
  bool await_room(PendingWrite&, std::uint64_t seen, const Deadline&);
  // Waits for the report of each of the `accepted` messages, up to the deadline, a failure or a cancel. True: all are in.
  bool await_all(PendingWrite&, std::size_t accepted, const Deadline&);
  // The same, whatever else happens.
  bool await_all_stubbornly(PendingWrite&, const Deadline&);

  Fault last_fault() const;

 private:
  void on_cancel() override;
  void run();
  void take_reports(rd_kafka_event_t*);
  void tell_of_room();
  void take_error(rd_kafka_event_t*);
  bool ended() const { return failed_ || cancellation_.cancelled(); }

  rd_kafka_t* client_;
  Cancellation& cancellation_;
  Queue queue_;
  mutable std::mutex mutex_;  // guards all below but stopping_, thread_
  std::vector<PendingWrite*> writes_;
  std::uint64_t rounds_ = 0;
  bool failed_ = false;
  Fault last_;
  std::atomic<bool> stopping_ = false;
  std::jthread thread_;
};

}  // namespace connector_host_plugins::kafka
