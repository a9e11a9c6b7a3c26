#include "plugins/kafka/delivery_reports.hpp"

#include <algorithm>

namespace connector_host_plugins::kafka {

DeliveryReports::DeliveryReports(rd_kafka_t* client, Cancellation& cancellation)
    : client_(client), cancellation_(cancellation), queue_(rd_kafka_queue_get_main(client)), thread_([this] { run(); }) {
  cancellation_.add(*this);
}

void DeliveryReports::stop() {
  cancellation_.remove(*this);
  stopping_ = true;
  rd_kafka_queue_yield(queue_.get());
  thread_.join();
  queue_.reset();
}

void DeliveryReports::add(PendingWrite& write) {
  std::lock_guard lock(mutex_);
  writes_.push_back(&write);
}

void DeliveryReports::remove(PendingWrite& write) {
  std::lock_guard lock(mutex_);
  writes_.erase(std::find(writes_.begin(), writes_.end(), &write));
}

std::uint64_t DeliveryReports::rounds() const {
  std::lock_guard lock(mutex_);
  return rounds_;
}

bool DeliveryReports::await_room(PendingWrite& write, std::uint64_t seen, const Deadline& deadline) {
  std::unique_lock lock(mutex_);
  write.waits_for_room_ = true;
  write.changed_.wait_until(lock, deadline.at(), [&] { return rounds_ != seen || ended(); });
  write.waits_for_room_ = false;
  return rounds_ != seen && !ended();
}

bool DeliveryReports::await_all(PendingWrite& write, std::size_t accepted, const Deadline& deadline) {
  std::unique_lock lock(mutex_);
  write.accepted_ = accepted;
  write.waits_for_all_ = true;
  write.changed_.wait_until(lock, deadline.at(), [&] { return write.reported_ == accepted || ended(); });
  return write.reported_ == accepted;
}

bool DeliveryReports::await_all_stubbornly(PendingWrite& write, const Deadline& deadline) {
  std::unique_lock lock(mutex_);
  return write.changed_.wait_until(lock, deadline.at(), [&] { return write.reported_ == write.accepted_; });
}

Fault DeliveryReports::last_fault() const {
  std::lock_guard lock(mutex_);
  return last_;
}

void DeliveryReports::on_cancel() {
  std::lock_guard lock(mutex_);
  for (PendingWrite* write : writes_) write->changed_.notify_one();
}

// The time limit is for a yield that falls between two polls and is missed.
void DeliveryReports::run() {
  while (!stopping_) {
    Event event(rd_kafka_queue_poll(queue_.get(), 1000));
    if (!event) continue;
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) take_error(event.get());
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) continue;
    take_reports(event.get());
    event.reset();  // only this takes the messages off librdkafka's count of queued ones
    tell_of_room();
  }
}

void DeliveryReports::take_reports(rd_kafka_event_t* event) {
  std::lock_guard lock(mutex_);
  while (const rd_kafka_message_t* message = rd_kafka_event_message_next(event)) {
    Slot& slot = *static_cast<Slot*>(message->_private);
    slot.error = message->err;
    slot.status = rd_kafka_message_status(message);
    slot.partition = message->partition;
    ++slot.write->reported_;
  }
  for (PendingWrite* write : writes_)
    if (write->waits_for_all_ && write->reported_ == write->accepted_) write->changed_.notify_one();
}

void DeliveryReports::tell_of_room() {
  std::lock_guard lock(mutex_);
  ++rounds_;
  for (PendingWrite* write : writes_)
    if (write->waits_for_room_) write->changed_.notify_one();
}

void DeliveryReports::take_error(rd_kafka_event_t* event) {
  const auto code = rd_kafka_event_error(event);
  std::lock_guard lock(mutex_);
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || last_.text.empty()) last_ = {code, rd_kafka_event_error_string(event)};
  // The event's own code may be _FATAL or the error behind it, by version; the client knows.
  failed_ = rd_kafka_fatal_error(client_, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
  if (!failed_) return;
  for (PendingWrite* write : writes_) write->changed_.notify_one();
}

}  // namespace connector_host_plugins::kafka
