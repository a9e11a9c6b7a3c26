#include "host/pipeline/content_encoding.hpp"

#include <algorithm>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

constexpr std::string_view amqp_name = "amqp.content_encoding", common_name = "content-encoding";
constexpr std::size_t longest_shown = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() && std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
}

bool is_text(const connector_header& header) {
  return header.type == CONNECTOR_TEXT || header.type == CONNECTOR_BYTES;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// RabbitMQ's own property before what publishers put among the headers.
std::string_view encoding_header(const connector_record& record) {
  std::string_view found;
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    const connector_header& header = record.headers[i];
    if (!ContentEncoding::is_named_by(header)) continue;
    if (header.name.size == amqp_name.size()) return connector::text(header.value);
    if (found.empty()) found = connector::text(header.value);
  }
  return found;
}

}  // namespace

bool ContentEncoding::is_named_by(const connector_header& header) {
  const std::string_view name = connector::text(header.name);
  if (name.size() != amqp_name.size() && name.size() != common_name.size()) return false;  // nearly all others
  return is_text(header) && (name == amqp_name || same_word(name, common_name));
}

ContentEncoding ContentEncoding::of(const connector_record& record) {
  ContentEncoding out;
  out.text_ = encoding_header(record);
  for (std::size_t at = 0; at < out.text_.size();) {
    const std::size_t end = std::min(out.text_.find(',', at), out.text_.size());
    out.add(trimmed(out.text_.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

void ContentEncoding::add(std::string_view name) {
  if (name.empty() || same_word(name, "identity")) return;
  const bool is_gzip = same_word(name, "gzip") || same_word(name, "x-gzip");
  const bool is_deflate = same_word(name, "deflate"), is_zstd = same_word(name, "zstd");
  if (count_ == most_codings || (!is_gzip && !is_deflate && !is_zstd)) {
    supported_ = false;
    return;
  }
  codings_[count_++] = is_gzip ? ContentCoding::gzip : is_deflate ? ContentCoding::deflate : ContentCoding::zstd;
}

const char* ContentEncoding::name_of(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::gzip:
      return "gzip";
    case ContentCoding::deflate:
      return "deflate";
    case ContentCoding::zstd:
      return "zstd";
  }
  return "";
}

std::string_view ContentEncoding::resembled_by(std::string_view value) {
  if (value.starts_with("\x1f\x8b")) return "gzip";
  if (value.starts_with("\x28\xb5\x2f\xfd")) return "zstd";
  return {};
}

std::string ContentEncoding::shown() const {
  std::string out(text_.substr(0, longest_shown));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  }
  return text_.size() > longest_shown ? out + "..." : out;
}

}  // namespace connector_host::pipeline
