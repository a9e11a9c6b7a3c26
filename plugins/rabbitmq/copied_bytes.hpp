#pragma once
// CopiedBytes: one block of a frame and its copy in a batch, so that views into the first become
// views into the second.
//
// A header frame's decoded strings all point into the frame's raw bytes: one copy of those serves
// them all. A view; the batch owns the copy. One thread.
#include <functional>
#include <string_view>

#include "connector/batch.hpp"
#include "plugins/rabbitmq/amqp.hpp"

namespace connector_host_plugins::rabbitmq {

class CopiedBytes {
 public:
  CopiedBytes(amqp_bytes_t from, connector::BatchBuilder& batch)
      : from_(text_of(from)), to_(batch.copy(from_).data), batch_(&batch) {}

  // Bytes from elsewhere are copied on their own.
  connector_view at(amqp_bytes_t bytes) const {
    const std::string_view text = text_of(bytes);
    if (text.empty()) return connector::view({});
    const std::less_equal<const char*> ordered;
    if (!ordered(from_.data(), text.data()) ||
        !ordered(text.data() + text.size(), from_.data() + from_.size()))
      return batch_->copy(text);
    return {to_ + (text.data() - from_.data()), text.size()};
  }
  connector::BatchBuilder& batch() const { return *batch_; }

 private:
  std::string_view from_;
  const char* to_;
  connector::BatchBuilder* batch_;
};

}  // namespace connector_host_plugins::rabbitmq
