#pragma once
// PropertyHeaders: the message's basic properties and its envelope as record headers named
// amqp.<property>, as far as the user wants them (option property_headers). The table is in
// README.md. Immutable.
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"
#include "connector/view.hpp"
#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/copied_bytes.hpp"

namespace connector_host_plugins::rabbitmq {

// Every name that the option takes; "all" stands for the rest.
inline constexpr connector_view property_names[] = {
    connector::view("content_type"),   connector::view("content_encoding"),
    connector::view("correlation_id"), connector::view("reply_to"),
    connector::view("type"),           connector::view("app_id"),
    connector::view("message_id"),     connector::view("user_id"),
    connector::view("expiration"),     connector::view("timestamp"),
    connector::view("priority"),       connector::view("delivery_mode"),
    connector::view("exchange"),       connector::view("routing_key"),
    connector::view("redelivered"),    connector::view("all")};

class PropertyHeaders {
 public:
  explicit PropertyHeaders(const std::vector<std::string>& wanted);

  // The most that write can append.
  std::size_t most() const { return most_; }
  // Appends to out, which has room; returns its new end.
  connector_header* write(connector_header* out, const amqp_basic_properties_t& properties,
                          const amqp_basic_deliver_t& envelope, const CopiedBytes& copied) const;

 private:
  bool wants(std::size_t index) const { return wanted_ >> index & 1; }

  unsigned wanted_ = 0;  // a bit for each of property_names
  std::size_t most_ = 0;
};

}  // namespace connector_host_plugins::rabbitmq
