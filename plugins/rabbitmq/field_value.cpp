#include "plugins/rabbitmq/field_value.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "plugins/rabbitmq/field_json.hpp"
#include "plugins/rabbitmq/utf8.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

struct Value {
  connector_view text;
  std::uint32_t type;
};

template <class T>
connector_view digits(T number, const CopiedBytes& copied) {
  char text[32];
  return copied.batch().copy(
      {text, std::size_t(std::to_chars(text, text + sizeof text, number).ptr - text)});
}

std::optional<std::int64_t> integer(const amqp_field_value_t& value) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_I8:
      return value.value.i8;
    case AMQP_FIELD_KIND_U8:
      return value.value.u8;
    case AMQP_FIELD_KIND_I16:
      return value.value.i16;
    case AMQP_FIELD_KIND_U16:
      return value.value.u16;
    case AMQP_FIELD_KIND_I32:
      return value.value.i32;
    case AMQP_FIELD_KIND_U32:
      return value.value.u32;
    case AMQP_FIELD_KIND_I64:
      return value.value.i64;
    default:
      return {};
  }
}

// A number that does not fit INT64 would be a trap for whoever parses it as one: it is text then.
Value unsigned_value(std::uint64_t number, const CopiedBytes& copied) {
  const bool fits = number <= std::uint64_t(std::numeric_limits<std::int64_t>::max());
  return {digits(number, copied), fits ? CONNECTOR_INT64 : CONNECTOR_TEXT};
}

Value value_of(const amqp_field_value_t& field, const CopiedBytes& copied) {
  if (const auto number = integer(field)) return {digits(*number, copied), CONNECTOR_INT64};
  switch (field.kind) {
    case AMQP_FIELD_KIND_BOOLEAN:
      return {connector::view(field.value.boolean ? "true" : "false"), CONNECTOR_BOOL};
    case AMQP_FIELD_KIND_U64:
    case AMQP_FIELD_KIND_TIMESTAMP:
      return unsigned_value(field.value.u64, copied);
    case AMQP_FIELD_KIND_F32:
      return {digits(field.value.f32, copied), CONNECTOR_DOUBLE};
    case AMQP_FIELD_KIND_F64:
      return {digits(field.value.f64, copied), CONNECTOR_DOUBLE};
    case AMQP_FIELD_KIND_DECIMAL:
      return {copied.batch().copy(decimal_text(field.value.decimal)), CONNECTOR_DOUBLE};
    case AMQP_FIELD_KIND_UTF8:
      return {copied.at(field.value.bytes),
              is_utf8(text_of(field.value.bytes)) ? CONNECTOR_TEXT : CONNECTOR_BYTES};
    case AMQP_FIELD_KIND_BYTES:
      return {copied.at(field.value.bytes), CONNECTOR_BYTES};
    case AMQP_FIELD_KIND_ARRAY:
    case AMQP_FIELD_KIND_TABLE:
      return {copied.batch().copy(json_of(field)), CONNECTOR_JSON};
    default:  // void
      return {connector::null_view(), CONNECTOR_BYTES};
  }
}

}  // namespace

connector_header header_of(const amqp_table_entry_t& entry, const CopiedBytes& copied) {
  const Value value = value_of(entry.value, copied);
  return {copied.at(entry.key), value.text, value.type, 0};
}

std::uint32_t count_in(const amqp_field_value_t& value) {
  return std::uint32_t(std::clamp<std::int64_t>(integer(value).value_or(0), 0,
                                                std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace connector_host_plugins::rabbitmq
