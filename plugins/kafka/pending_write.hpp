#pragma once
// PendingWrite: the messages of one write that librdkafka has accepted, and what has been reported about each.
//
// Not the write itself (that is Delivery). Owned by the writing thread and registered with the DeliveryReports of its
// producer; must outlive every report of its messages, because a Slot is the opaque of its message. The writer may read a
// slot once the count says that it was reported.
#include <librdkafka/rdkafka.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace connector_host_plugins::kafka {

class PendingWrite;

struct Slot {
  PendingWrite* write = nullptr;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_msg_status_t status = RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
  std::int32_t partition = RD_KAFKA_PARTITION_UA;
  bool accepted = false;  // librdkafka took it and will report; the writer's
};

class PendingWrite {
 public:
  explicit PendingWrite(std::size_t records) : slots(records) {
    for (Slot& slot : slots) slot.write = this;
  }
  PendingWrite(const PendingWrite&) = delete;
  PendingWrite& operator=(const PendingWrite&) = delete;

  std::vector<Slot> slots;

 private:
  friend class DeliveryReports;

  std::condition_variable changed_;
  // Guarded by the mutex of DeliveryReports.
  std::size_t accepted_ = 0;
  std::size_t reported_ = 0;
  bool waits_for_all_ = false;   // accepted_ is final
  bool waits_for_room_ = false;  // librdkafka's queue was full
};

}  // namespace connector_host_plugins::kafka
