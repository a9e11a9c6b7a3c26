#include "plugins/rabbitmq/field_json.hpp"

#include <cmath>
#include <cstdint>
#include <string_view>

#include "plugins/rabbitmq/utf8.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

class JsonWriter {
 public:
  void value(const amqp_field_value_t& field, int depth) {
    switch (field.kind) {
      case AMQP_FIELD_KIND_BOOLEAN:
        out_ += field.value.boolean ? "true" : "false";
        break;
      case AMQP_FIELD_KIND_I8:
        number(int(field.value.i8));
        break;
      case AMQP_FIELD_KIND_U8:
        number(int(field.value.u8));
        break;
      case AMQP_FIELD_KIND_I16:
        number(field.value.i16);
        break;
      case AMQP_FIELD_KIND_U16:
        number(field.value.u16);
        break;
      case AMQP_FIELD_KIND_I32:
        number(field.value.i32);
        break;
      case AMQP_FIELD_KIND_U32:
        number(field.value.u32);
        break;
      case AMQP_FIELD_KIND_I64:
        number(field.value.i64);
        break;
      case AMQP_FIELD_KIND_U64:
      case AMQP_FIELD_KIND_TIMESTAMP:
        number(field.value.u64);
        break;
      case AMQP_FIELD_KIND_F32:
        real(field.value.f32);
        break;
      case AMQP_FIELD_KIND_F64:
        real(field.value.f64);
        break;
      case AMQP_FIELD_KIND_DECIMAL:
        out_ += decimal_text(field.value.decimal);
        break;
      case AMQP_FIELD_KIND_UTF8:
      case AMQP_FIELD_KIND_BYTES:
        string(text_of(field.value.bytes), field.kind == AMQP_FIELD_KIND_BYTES);
        break;
      case AMQP_FIELD_KIND_ARRAY:
        array(field.value.array, depth);
        break;
      case AMQP_FIELD_KIND_TABLE:
        table(field.value.table, depth);
        break;
      default:  // void, and what a newer library may know
        out_ += "null";
    }
  }
  std::string take() { return std::move(out_); }

 private:
  template <class T>
  void number(T value) {
    char text[32];
    out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  }
  template <class T>
  void real(T value) {
    if (std::isfinite(value)) return number(value);
    out_ += std::isnan(value) ? "\"NaN\""
            : value > 0       ? "\"Infinity\""
                              : "\"-Infinity\"";  // JSON has no word for them
  }
  void array(const amqp_array_t& array, int depth) {
    if (depth >= json_depth) return void(out_ += "null");
    out_ += '[';
    for (int i = 0; i < array.num_entries; ++i) {
      if (i) out_ += ',';
      value(array.entries[i], depth + 1);
    }
    out_ += ']';
  }
  void table(const amqp_table_t& table, int depth) {
    if (depth >= json_depth) return void(out_ += "null");
    out_ += '{';
    for (int i = 0; i < table.num_entries; ++i) {
      if (i) out_ += ',';
      string(text_of(table.entries[i].key), false);
      out_ += ':';
      value(table.entries[i].value, depth + 1);
    }
    out_ += '}';
  }
  void string(std::string_view text, bool is_bytes) {
    out_ += '"';
    if (is_bytes || !is_utf8(text)) {
      base64(text);
    } else {
      for (const char c : text) character(c);
    }
    out_ += '"';
  }
  void character(char c) {
    static constexpr std::string_view hex = "0123456789abcdef";
    if (c == '"' || c == '\\') {
      (out_ += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      ((out_ += "\\u00") += hex[c >> 4]) += hex[c & 15];
    } else {
      out_ += c;
    }
  }
  void base64(std::string_view bytes) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
      const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
      unsigned group = 0;
      for (std::size_t i = 0; i < 3; ++i)
        group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0);
      for (std::size_t i = 0; i < 4; ++i)
        out_ += i <= count ? digits[group >> (18 - 6 * i) & 63] : '=';
    }
  }

  std::string out_;
};

}  // namespace

std::string json_of(const amqp_field_value_t& value) {
  JsonWriter writer;
  writer.value(value, 0);
  return writer.take();
}

// RabbitMQ's clients send the value as a signed number in two's complement; the library declares it
// unsigned.
std::string decimal_text(amqp_decimal_t decimal) {
  const std::int64_t value = static_cast<std::int32_t>(decimal.value);
  std::string out = std::to_string(value < 0 ? -value : value);
  if (out.size() <= decimal.decimals) out.insert(0, decimal.decimals + 1 - out.size(), '0');
  if (decimal.decimals > 0) out.insert(out.size() - decimal.decimals, 1, '.');
  return value < 0 ? '-' + out : out;
}

}  // namespace connector_host_plugins::rabbitmq
