#pragma once
// The rows of the header table in the plugin's README: an AMQP field and the record header that it
// has to become.
//
// Used twice: on the conversion alone, and through a broker for the types that RabbitMQ accepts.
// Owned by the tests.
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"
#include "plugins/rabbitmq/amqp.hpp"

namespace rabbitmq_test {

struct FieldRow {
  const char* name;
  amqp_field_value_t field;
  std::uint32_t type;
  std::string text;
  bool is_null = false;
  bool broker_takes_it = true;
};
inline void PrintTo(const FieldRow& row, std::ostream* out) {
  *out << row.name;
}

inline amqp_field_value_t field(amqp_field_value_kind_t kind) {
  amqp_field_value_t out{};
  out.kind = std::uint8_t(kind);
  return out;
}
inline amqp_field_value_t text_field(amqp_field_value_kind_t kind, std::string_view bytes) {
  amqp_field_value_t out = field(kind);
  out.value.bytes = connector_host_plugins::rabbitmq::bytes_of(bytes);
  return out;
}
inline amqp_field_value_t int_field(std::int32_t value) {
  amqp_field_value_t out = field(AMQP_FIELD_KIND_I32);
  out.value.i32 = value;
  return out;
}

// An array of 1, "two", null; and a table of it.
inline amqp_field_value_t array_field() {
  static amqp_field_value_t items[] = {int_field(1), text_field(AMQP_FIELD_KIND_UTF8, "t\"wo\n"),
                                       field(AMQP_FIELD_KIND_VOID),
                                       text_field(AMQP_FIELD_KIND_BYTES, {"\x00\xFF", 2})};
  amqp_field_value_t out = field(AMQP_FIELD_KIND_ARRAY);
  out.value.array = {4, items};
  return out;
}
inline amqp_field_value_t table_field() {
  static amqp_table_entry_t entries[] = {
      {connector_host_plugins::rabbitmq::bytes_of("a"), array_field()},
      {connector_host_plugins::rabbitmq::bytes_of("b"), field(AMQP_FIELD_KIND_BOOLEAN)}};
  amqp_field_value_t out = field(AMQP_FIELD_KIND_TABLE);
  out.value.table = {2, entries};
  return out;
}

inline std::vector<FieldRow> field_rows() {
  using Limits64 = std::numeric_limits<std::int64_t>;
  std::vector<FieldRow> rows;
  const auto add = [&](const char* name, amqp_field_value_kind_t kind, std::uint32_t type,
                       std::string text) -> decltype(amqp_field_value_t::value)& {
    rows.push_back({name, field(kind), type, std::move(text)});
    return rows.back().field.value;
  };
  add("Boolean_true", AMQP_FIELD_KIND_BOOLEAN, CONNECTOR_BOOL, "true").boolean = 1;
  add("Boolean_false", AMQP_FIELD_KIND_BOOLEAN, CONNECTOR_BOOL, "false").boolean = 0;
  add("Signed_8", AMQP_FIELD_KIND_I8, CONNECTOR_INT64, "-128").i8 = -128;
  add("Unsigned_8", AMQP_FIELD_KIND_U8, CONNECTOR_INT64, "255").u8 = 255;
  add("Signed_16", AMQP_FIELD_KIND_I16, CONNECTOR_INT64, "-32768").i16 = -32768;
  add("Unsigned_16", AMQP_FIELD_KIND_U16, CONNECTOR_INT64, "65535").u16 = 65535;
  add("Signed_32", AMQP_FIELD_KIND_I32, CONNECTOR_INT64, "-2147483648").i32 =
      std::numeric_limits<std::int32_t>::min();
  add("Unsigned_32", AMQP_FIELD_KIND_U32, CONNECTOR_INT64, "4294967295").u32 = 4294967295u;
  add("Signed_64", AMQP_FIELD_KIND_I64, CONNECTOR_INT64, "-9223372036854775808").i64 =
      Limits64::min();
  add("Unsigned_64", AMQP_FIELD_KIND_U64, CONNECTOR_INT64, "9223372036854775807").u64 =
      std::uint64_t(Limits64::max());
  rows.back().broker_takes_it = false;  // RabbitMQ's parser knows no field 'L'
  add("Unsigned_64_beyond_signed", AMQP_FIELD_KIND_U64, CONNECTOR_TEXT, "18446744073709551615")
      .u64 = std::numeric_limits<std::uint64_t>::max();
  rows.back().broker_takes_it = false;
  add("Float", AMQP_FIELD_KIND_F32, CONNECTOR_DOUBLE, "0.1").f32 = 0.1f;
  add("Double", AMQP_FIELD_KIND_F64, CONNECTOR_DOUBLE, "-2.5e-300").f64 = -2.5e-300;
  add("Decimal", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "123.45").decimal = {2, 12345};
  add("Decimal_below_one", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "0.007").decimal = {3, 7};
  add("Decimal_without_scale", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "42").decimal = {0, 42};
  const auto signed_value = [](std::int32_t value) { return std::uint32_t(value); };
  add("Decimal_negative", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "-0.001").decimal = {
      3, signed_value(-1)};
  add("Decimal_negative_above_one", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "-123.45")
      .decimal = {2, signed_value(-12345)};
  add("Decimal_negative_without_scale", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "-42")
      .decimal = {0, signed_value(-42)};
  add("Decimal_maximum", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "2147483647").decimal = {
      0, 2147483647};
  add("Decimal_minimum", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "-2147483648").decimal = {
      0, 2147483648u};
  add("Decimal_minimum_of_ten_places", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "-0.2147483648")
      .decimal = {10, 2147483648u};
  add("Decimal_zero_with_scale", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE, "0.00").decimal = {2,
                                                                                               0};
  add("Decimal_of_the_largest_scale", AMQP_FIELD_KIND_DECIMAL, CONNECTOR_DOUBLE,
      "-0." + std::string(254, '0') + '7')
      .decimal = {255, signed_value(-7)};
  add("Timestamp", AMQP_FIELD_KIND_TIMESTAMP, CONNECTOR_INT64, "1700000000").u64 = 1700000000;
  rows.push_back({"Long_string_of_text", text_field(AMQP_FIELD_KIND_UTF8, "gr\xC3\xBC\xC3\x9F"),
                  CONNECTOR_TEXT, "gr\xC3\xBC\xC3\x9F"});
  rows.push_back({"Long_string_of_bytes", text_field(AMQP_FIELD_KIND_UTF8, {"\xFF\x00\x01", 3}),
                  CONNECTOR_BYTES, std::string("\xFF\x00\x01", 3)});
  rows.push_back({"Long_string_empty", text_field(AMQP_FIELD_KIND_UTF8, ""), CONNECTOR_TEXT, ""});
  rows.push_back({"Byte_array", text_field(AMQP_FIELD_KIND_BYTES, "abc"), CONNECTOR_BYTES, "abc"});
  rows.push_back({"Array", array_field(), CONNECTOR_JSON, R"([1,"t\"wo\u000a",null,"AP8="])"});
  rows.push_back(
      {"Table", table_field(), CONNECTOR_JSON, R"({"a":[1,"t\"wo\u000a",null,"AP8="],"b":false})"});
  rows.push_back({"Void", field(AMQP_FIELD_KIND_VOID), CONNECTOR_BYTES, "", true});
  return rows;
}

}  // namespace rabbitmq_test
