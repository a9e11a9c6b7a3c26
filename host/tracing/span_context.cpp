#include "host/tracing/span_context.hpp"

#include <cstddef>

namespace connector_host::tracing {
namespace {

constexpr std::size_t trace_id_at = 3, span_id_at = 36, flags_at = 53, length = 55;

// Lower case only: the specification allows no other.
int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <std::size_t Size>
bool read_hex(std::string_view text, std::array<std::uint8_t, Size>& out) {
  for (std::size_t i = 0; i < Size; ++i) {
    const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = std::uint8_t(high << 4 | low);
  }
  return true;
}

template <std::size_t Size>
void write_hex(const std::array<std::uint8_t, Size>& bytes, char* out) {
  for (const std::uint8_t byte : bytes) {
    *out++ = "0123456789abcdef"[byte >> 4];
    *out++ = "0123456789abcdef"[byte & 15];
  }
}

}  // namespace

std::optional<SpanContext> parse_traceparent(std::string_view text) {
  if (text.size() < length || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  std::array<std::uint8_t, 1> version{}, flags{};
  SpanContext out;
  if (!read_hex(text, version) || version[0] == 0xff || !read_hex(text.substr(trace_id_at), out.trace_id) || !read_hex(text.substr(span_id_at), out.span_id) ||
      !read_hex(text.substr(flags_at), flags) || !out.valid())
    return std::nullopt;
  const bool ends_there = text.size() == length, goes_on = text.size() > length && text[length] == '-' && version[0] != 0;
  if (!ends_there && !goes_on) return std::nullopt;
  out.sampled = (flags[0] & 1) != 0;
  return out;
}

Traceparent traceparent_of(const SpanContext& context) {
  Traceparent out;
  out.fill('-');
  out[0] = out[1] = '0';
  write_hex(context.trace_id, out.data() + trace_id_at);
  write_hex(context.span_id, out.data() + span_id_at);
  out[flags_at] = '0';
  out[flags_at + 1] = context.sampled ? '1' : '0';
  return out;
}

std::string hex(const TraceId& id) {
  std::string out(2 * id.size(), '0');
  write_hex(id, out.data());
  return out;
}

}  // namespace connector_host::tracing
