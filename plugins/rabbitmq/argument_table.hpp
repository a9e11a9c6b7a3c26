#pragma once
// ArgumentTable: the arguments of a queue.declare or basic.consume as an AMQP table.
//
// A whole number is sent as a signed 64-bit integer, true and false as a boolean, everything else
// as text. It checks no names: the broker decides which arguments it knows. It holds views of the
// names and values added, which have to outlive it. A plain value of one call.
#include <cstdint>
#include <string>
#include <vector>

#include "connector/config.hpp"
#include "plugins/rabbitmq/amqp.hpp"

namespace connector_host_plugins::rabbitmq {

class ArgumentTable {
 public:
  void add(const std::string& name, const std::string& value);
  void add(const connector::Config::Map& arguments) {
    for (const auto& [name, value] : arguments) add(name, value);
  }
  // Seconds since the Unix epoch.
  void add_timestamp(const std::string& name, std::uint64_t seconds);
  // Valid until the next add.
  amqp_table_t table() { return {int(entries_.size()), entries_.data()}; }

 private:
  std::vector<amqp_table_entry_t> entries_;
};

}  // namespace connector_host_plugins::rabbitmq
