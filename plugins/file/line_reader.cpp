#include "plugins/file/line_reader.hpp"

#include <cstring>

namespace connector_host_plugins::file {

std::span<char> LineReader::room() {
  skip_if_too_long();
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    scanned_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < block / 2) buffer_.resize(end_ + block);
  return {buffer_.data() + end_, buffer_.size() - end_};
}

// Only called when the text held is one unfinished line.
void LineReader::skip_if_too_long() {
  if (scanned_ != end_) return;
  if (skipped_ == 0 && end_ - begin_ <= max_line_bytes_) return;
  skipped_ += end_ - begin_;
  begin_ = scanned_ = end_ = 0;
}

std::optional<Line> LineReader::next() {
  if (scanned_ == end_) return std::nullopt;
  const void* newline = std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_);
  if (!newline) {
    scanned_ = end_;
    return std::nullopt;
  }
  return take(std::size_t(static_cast<const char*>(newline) - (buffer_.data() + begin_)), 1);
}

std::optional<Line> LineReader::rest() {
  if (end_ == begin_ && skipped_ == 0) return std::nullopt;
  return take(end_ - begin_, 0);
}

Line LineReader::take(std::size_t length, std::size_t newline) {
  Line line;
  line.begin = line_begin_;
  line.length = skipped_ + length;
  line.end = line.begin + line.length + newline;
  line.too_long = line.length > max_line_bytes_;
  if (!line.too_long) line.text = {buffer_.data() + begin_, length};
  begin_ += length + newline;
  scanned_ = begin_;
  skipped_ = 0;
  line_begin_ = line.end;
  return line;
}

}  // namespace connector_host_plugins::file
