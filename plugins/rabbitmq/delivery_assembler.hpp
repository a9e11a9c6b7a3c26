#pragma once
// DeliveryAssembler: makes records of basic.deliver, header and body frames.
//
// A body is copied once, from the frame into the batch. A message whose body comes in several
// frames is the first record of its batch, so that the batch can wait for the rest of it without
// holding others back: before it, take answers wants_empty_batch. It holds views into frames
// between a delivery's first frame and its body, and none otherwise. Of a body over
// max_message_bytes it keeps that many bytes, marks the record as unreadable, and drops the rest as
// it arrives. Not thread-safe; owned by the session.
#include <algorithm>
#include <cstdint>
#include <string>

#include "connector/batch.hpp"
#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/property_headers.hpp"

namespace connector_host_plugins::rabbitmq {

class DeliveryAssembler {
 public:
  enum class Step { more, complete, skipped, wants_empty_batch, out_of_order };

  DeliveryAssembler(const PropertyHeaders& property_headers, std::uint64_t max_message_bytes)
      : property_headers_(&property_headers), max_message_bytes_(max_message_bytes) {}

  // A frame of the channel that is a basic.deliver method, a header or a body. After
  // wants_empty_batch the frame has not been taken. After complete, batch.last() is the record,
  // without its position and its delivery count.
  Step take(const amqp_frame_t& frame, connector::BatchBuilder& batch);
  // Drops the delivery whose header comes next: no record is made of it, and its last frame is
  // skipped.
  void skip() { skips_ = true; }

  bool holds_views() const {
    return expects_ == Expects::header || (expects_ == Expects::body && !record_begun_ && !skips_);
  }
  // The last record of the batch is not complete.
  bool record_begun() const { return record_begun_; }
  std::uint64_t tag() const { return envelope_.delivery_tag; }
  // The header x-delivery-count of the last record, whoever has set it; 0: none.
  std::uint32_t count_header() const { return count_header_; }
  void reset() {
    expects_ = Expects::delivery;
    record_begun_ = skips_ = false;
  }

 private:
  enum class Expects { delivery, header, body };

  Step take_header(const amqp_frame_t& frame, connector::BatchBuilder& batch);
  Step take_body(amqp_bytes_t fragment, connector::BatchBuilder& batch);
  void begin_record(connector::BatchBuilder& batch);
  void fill_headers(connector_record& record, connector::BatchBuilder& batch);
  std::string reason_for_cutting() const;
  std::uint64_t kept_size() const { return std::min(body_size_, max_message_bytes_); }
  Step complete();

  const PropertyHeaders* property_headers_;
  std::uint64_t max_message_bytes_;
  Expects expects_ = Expects::delivery;
  amqp_basic_deliver_t envelope_{};
  const amqp_basic_properties_t* properties_ = nullptr;
  amqp_bytes_t raw_properties_{};
  std::uint64_t body_size_ = 0, read_ = 0;
  std::uint32_t count_header_ = 0;
  char* body_ = nullptr;
  bool record_begun_ = false, skips_ = false;
};

}  // namespace connector_host_plugins::rabbitmq
