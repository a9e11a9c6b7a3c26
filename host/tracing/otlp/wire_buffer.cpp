#include "host/tracing/otlp/wire_buffer.hpp"

#include <google/protobuf/io/coded_stream.h>

namespace connector_host::tracing {
namespace {

using Coded = google::protobuf::io::CodedOutputStream;

enum WireType : std::uint32_t { varint = 0, eight_bytes = 1, length_and_bytes = 2, four_bytes = 5 };

std::uint8_t* tag(std::uint8_t* to, std::uint32_t field, WireType type) {
  return Coded::WriteTagToArray(field << 3 | type, to);
}

// The type is in the lowest bits, and changes nothing about it.
std::size_t size_of_tag(std::uint32_t field) {
  return Coded::VarintSize32(field << 3);
}

}  // namespace

void WireBuffer::reserve(std::size_t bytes) {
  if (memory_.size() - used_ < bytes) memory_.resize(2 * memory_.size() + bytes);
}

void WireBuffer::bytes(std::uint32_t field, std::string_view content) {
  message(field, content.size());
  append(content);
}

void WireBuffer::message(std::uint32_t field, std::size_t size) {
  wrote_to(Coded::WriteVarint64ToArray(size, tag(end(), field, length_and_bytes)));
}

void WireBuffer::number(std::uint32_t field, std::uint64_t value) {
  wrote_to(Coded::WriteVarint64ToArray(value, tag(end(), field, varint)));
}

void WireBuffer::fixed64(std::uint32_t field, std::uint64_t value) {
  wrote_to(Coded::WriteLittleEndian64ToArray(value, tag(end(), field, eight_bytes)));
}

void WireBuffer::fixed32(std::uint32_t field, std::uint32_t value) {
  wrote_to(Coded::WriteLittleEndian32ToArray(value, tag(end(), field, four_bytes)));
}

void WireBuffer::append(std::string_view fields) {
  if (fields.empty()) return;
  wrote_to(Coded::WriteRawToArray(fields.data(), int(fields.size()), end()));
}

std::size_t WireBuffer::size_of_bytes(std::uint32_t field, std::size_t size) {
  return size_of_tag(field) + Coded::VarintSize64(size) + size;
}

std::size_t WireBuffer::size_of_number(std::uint32_t field, std::uint64_t value) {
  return size_of_tag(field) + Coded::VarintSize64(value);
}

std::size_t WireBuffer::size_of_fixed64(std::uint32_t field) {
  return size_of_tag(field) + sizeof(std::uint64_t);
}

std::size_t WireBuffer::size_of_fixed32(std::uint32_t field) {
  return size_of_tag(field) + sizeof(std::uint32_t);
}

}  // namespace connector_host::tracing
