#include "plugins/rabbitmq/delivery_assembler.hpp"

#include <cstring>
#include <limits>

#include "plugins/rabbitmq/copied_bytes.hpp"
#include "plugins/rabbitmq/field_value.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

// AMQP's timestamp is in seconds; what cannot be one in milliseconds is unknown.
std::int64_t milliseconds(std::uint64_t seconds) {
  return seconds <= std::uint64_t(std::numeric_limits<std::int64_t>::max() / 1000)
             ? std::int64_t(seconds) * 1000
             : 0;
}

}  // namespace

DeliveryAssembler::Step DeliveryAssembler::take(const amqp_frame_t& frame,
                                                connector::BatchBuilder& batch) {
  switch (frame.frame_type) {
    case AMQP_FRAME_METHOD:
      if (expects_ != Expects::delivery) return Step::out_of_order;
      envelope_ = *static_cast<const amqp_basic_deliver_t*>(frame.payload.method.decoded);
      expects_ = Expects::header;
      return Step::more;
    case AMQP_FRAME_HEADER:
      return expects_ == Expects::header ? take_header(frame, batch) : Step::out_of_order;
    default:
      return expects_ == Expects::body ? take_body(frame.payload.body_fragment, batch)
                                       : Step::out_of_order;
  }
}

DeliveryAssembler::Step DeliveryAssembler::take_header(const amqp_frame_t& frame,
                                                       connector::BatchBuilder& batch) {
  if (frame.payload.properties.class_id != AMQP_BASIC_CLASS) return Step::out_of_order;
  properties_ = static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
  raw_properties_ = frame.payload.properties.raw;
  body_size_ = frame.payload.properties.body_size;
  read_ = 0;
  expects_ = Expects::body;
  if (body_size_ > 0) return Step::more;
  if (!skips_) begin_record(batch);
  return complete();
}

DeliveryAssembler::Step DeliveryAssembler::take_body(amqp_bytes_t fragment,
                                                     connector::BatchBuilder& batch) {
  if (fragment.len > body_size_ - read_) return Step::out_of_order;
  if (!skips_ && !record_begun_) {
    if (fragment.len < body_size_ && !batch.empty()) return Step::wants_empty_batch;
    begin_record(batch);
  }
  if (!skips_ && read_ < kept_size())
    std::memcpy(body_ + read_, fragment.bytes,
                std::min<std::uint64_t>(fragment.len, kept_size() - read_));
  read_ += fragment.len;
  return read_ == body_size_ ? complete() : Step::more;
}

DeliveryAssembler::Step DeliveryAssembler::complete() {
  const Step step = skips_ ? Step::skipped : Step::complete;
  reset();
  return step;
}

// What can fail for lack of memory comes first: a record in the batch is one that has its body and
// its headers.
void DeliveryAssembler::begin_record(connector::BatchBuilder& batch) {
  connector_record record{};
  char* const body = batch.allocate(kept_size() + 1);  // a view of an empty body must not be null
  record.value = {body, kept_size()};
  record.flags = envelope_.redelivered ? CONNECTOR_REDELIVERED : 0;
  count_header_ = 0;
  connector_origin* const origin = batch.origin();
  origin->route = batch.copy(text_of(envelope_.routing_key));
  if (body_size_ > max_message_bytes_) {
    origin->reason = batch.copy(reason_for_cutting());
    record.flags |= CONNECTOR_UNREADABLE;
  }
  record.origin = origin;
  if (properties_->_flags != 0 || property_headers_->most() > 0) fill_headers(record, batch);
  batch.add() = record;
  body_ = body;
  record_begun_ = true;
}

std::string DeliveryAssembler::reason_for_cutting() const {
  return "message of " + std::to_string(body_size_) + " bytes exceeds max_message_bytes (" +
         std::to_string(max_message_bytes_) +
         "): only the first bytes up to this limit were read; raise max_message_bytes to deliver "
         "such messages";
}

void DeliveryAssembler::fill_headers(connector_record& record, connector::BatchBuilder& batch) {
  const CopiedBytes copied(raw_properties_, batch);
  const amqp_flags_t set = properties_->_flags;
  if (set & AMQP_BASIC_MESSAGE_ID_FLAG) record.id = copied.at(properties_->message_id);
  if (set & AMQP_BASIC_TIMESTAMP_FLAG) record.timestamp_ms = milliseconds(properties_->timestamp);
  const int own = set & AMQP_BASIC_HEADERS_FLAG ? properties_->headers.num_entries : 0;
  connector_header* const first = batch.headers(std::size_t(own) + property_headers_->most());
  connector_header* end = first;
  for (int i = 0; i < own; ++i) {
    const amqp_table_entry_t& entry = properties_->headers.entries[i];
    *end++ = header_of(entry, copied);
    if (text_of(entry.key) == "x-delivery-count") count_header_ = count_in(entry.value);
  }
  end = property_headers_->write(end, *properties_, envelope_, copied);
  record.headers = first;
  record.header_count = std::uint64_t(end - first);
}

}  // namespace connector_host_plugins::rabbitmq
