#include "plugins/rabbitmq/utf8.hpp"

#include <cstddef>

namespace connector_host_plugins::rabbitmq {
namespace {

unsigned char byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// The length of the sequence at this place by its first two bytes, or 0 when they cannot begin one.
std::size_t sequence_length(std::string_view bytes, std::size_t at) {
  const unsigned char first = byte(bytes, at),
                      second = at + 1 < bytes.size() ? byte(bytes, at + 1) : 0;
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0)
    return (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ? 0 : 3;
  if (first < 0xF5)
    return (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) ? 0 : 4;
  return 0;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = sequence_length(bytes, at);
    if (length == 0 || length > bytes.size() - at) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(bytes, at + i) & 0xC0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

}  // namespace connector_host_plugins::rabbitmq
