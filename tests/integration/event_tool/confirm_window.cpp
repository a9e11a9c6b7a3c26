#include "tests/integration/event_tool/confirm_window.hpp"

#include <stdexcept>

namespace event_tool {
namespace {

constexpr std::chrono::seconds patience{
    60};  // a server under memory or disk alarm confirms nothing

}  // namespace

void ConfirmWindow::sent() {
  open_.insert(open_.end(), next_tag_++);
  if (open_.size() >= size_) wait_below(size_);
}

void ConfirmWindow::drain() {
  wait_below(1);
}

void ConfirmWindow::wait_below(std::size_t limit) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (open_.size() >= limit) {
    take(std::chrono::milliseconds(200));
    if (std::chrono::steady_clock::now() > end)
      throw std::runtime_error("RabbitMQ has not confirmed " + std::to_string(open_.size()) +
                               " messages within 60 s; is it under a memory or disk alarm?");
  }
}

void ConfirmWindow::take(std::chrono::milliseconds within) {
  for (auto frame = channel_.read_frame(within); frame;
       frame = channel_.read_frame(std::chrono::milliseconds(0)))
    handle(*frame);
}

void ConfirmWindow::handle(const amqp_frame_t& frame) {
  if (frame.frame_type != AMQP_FRAME_METHOD)
    return;  // the content of a returned message: its method has ended the program
  const auto& method = frame.payload.method;
  if (method.id == AMQP_BASIC_ACK_METHOD) {
    const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
    confirm(ack->delivery_tag, ack->multiple != 0);
  }
  if (method.id == AMQP_BASIC_NACK_METHOD)
    throw std::runtime_error(
        "RabbitMQ refused a message (basic.nack); is the queue over its length limit?");
  if (method.id == AMQP_BASIC_RETURN_METHOD)
    throw std::runtime_error("RabbitMQ returned a message: the queue is gone");
}

void ConfirmWindow::confirm(std::uint64_t tag, bool and_before) {
  if (and_before) open_.erase(open_.begin(), open_.upper_bound(tag));
  open_.erase(tag);
}

}  // namespace event_tool
