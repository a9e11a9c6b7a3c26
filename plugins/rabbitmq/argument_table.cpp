#include "plugins/rabbitmq/argument_table.hpp"

#include <charconv>
#include <cstdint>

namespace connector_host_plugins::rabbitmq {

void ArgumentTable::add(const std::string& name, const std::string& value) {
  amqp_table_entry_t entry{bytes_of(name), {}};
  std::int64_t number = 0;
  const char* const last = value.data() + value.size();
  const auto [end, error] = std::from_chars(value.data(), last, number);
  if (error == std::errc() && end == last) {
    entry.value.kind = AMQP_FIELD_KIND_I64;
    entry.value.value.i64 = number;
  } else if (value == "true" || value == "false") {
    entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    entry.value.value.boolean = value == "true";
  } else {
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = bytes_of(value);
  }
  entries_.push_back(entry);
}

void ArgumentTable::add_timestamp(const std::string& name, std::uint64_t seconds) {
  amqp_table_entry_t entry{bytes_of(name), {}};
  entry.value.kind = AMQP_FIELD_KIND_TIMESTAMP;
  entry.value.value.u64 = seconds;
  entries_.push_back(entry);
}

}  // namespace connector_host_plugins::rabbitmq
