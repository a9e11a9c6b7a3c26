#include "host/pipeline/content_decoder.hpp"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

namespace connector_host::pipeline {
namespace {

constexpr std::size_t least_buffer = 4096;
constexpr int zlib_window = 15, raw_window = -15, gzip_window = 15 + 16;
constexpr std::size_t most_input = 1u << 30;  // of one call: zlib counts in 32 bits

// RFC 1950, section 2.2. Some senders leave the header out; a raw stream never begins like one that
// zlib writes.
bool has_zlib_header(std::string_view value) {
  if (value.size() < 2) return false;
  const unsigned method = static_cast<unsigned char>(value[0]), flags = static_cast<unsigned char>(value[1]);
  return (method & 15) == 8 && (method >> 4) <= 7 && (method * 256 + flags) % 31 == 0;
}

}  // namespace

struct ContentDecoder::Contexts {
  ~Contexts() {
    if (inflates) inflateEnd(&zlib);
    ZSTD_freeDCtx(zstd);
  }
  // False: there is no memory for it.
  bool begin(int window_bits) {
    if (inflates) return inflateReset2(&zlib, window_bits) == Z_OK;
    inflates = inflateInit2(&zlib, window_bits) == Z_OK;
    return inflates;
  }

  z_stream zlib{};
  bool inflates = false;
  ZSTD_DCtx* zstd = nullptr;
};

// A buffer that grows up to one byte more than the limit: who fills that byte is over it.
struct ContentDecoder::Output {
  bool grow_to(std::size_t wanted) {
    const std::size_t size = std::min<std::uint64_t>(std::max(wanted, least_buffer), limit + 1);
    if (size <= bytes.size()) return bytes.size() <= limit;
    bytes.resize(size);
    return true;
  }
  bool is_over_limit() const { return used > limit; }

  std::string& bytes;
  const std::uint64_t limit;
  std::size_t used = 0;
  bool too_large = false;
};

ContentDecoder::ContentDecoder(std::uint64_t limit) : limit_(limit), contexts_(std::make_unique<Contexts>()) {}

ContentDecoder::~ContentDecoder() = default;

std::optional<std::string_view> ContentDecoder::decode(std::string_view value, std::span<const ContentCoding> codings, std::string& why) {
  release_large();
  for (std::size_t left = codings.size(); left > 0 && !value.empty(); --left) {
    Output out{buffers_[left % 2], limit_};
    if (!undo(codings[left - 1], value, out, why)) return std::nullopt;
    value = std::string_view(out.bytes).substr(0, out.used);
  }
  return value;
}

void ContentDecoder::release_large() {
  for (std::string& each : buffers_) {
    if (each.capacity() > kept_bytes) std::string().swap(each);
  }
}

bool ContentDecoder::undo(ContentCoding coding, std::string_view value, Output& out, std::string& why) {
  std::string detail;
  bool done = false;
  switch (coding) {
    case ContentCoding::gzip:
      done = inflate_all(value, gzip_window, out, detail);
      break;
    case ContentCoding::deflate:
      done = inflate_all(value, has_zlib_header(value) ? zlib_window : raw_window, out, detail);
      break;
    case ContentCoding::zstd:
      done = unzstd(value, out, detail);
      break;
  }
  const std::string name = ContentEncoding::name_of(coding);
  if (out.too_large || out.is_over_limit()) {
    why = "the value has more than " + std::to_string(limit_) + " bytes when its " + name + " is decoded (raise decode_limit)";
    return false;
  }
  if (!done) why = "the value is not valid " + name + ": " + detail;
  return done;
}

bool ContentDecoder::inflate_all(std::string_view value, int window_bits, Output& out, std::string& detail) {
  detail = "out of memory";
  if (!contexts_->begin(window_bits)) return false;
  out.grow_to(value.size() * 4);
  for (;;) {
    if (out.used == out.bytes.size() && !out.grow_to(out.bytes.size() * 2)) {
      out.too_large = true;
      return false;
    }
    const int result = inflate_some(value, out);
    if (result == Z_STREAM_END) {
      if (value.empty()) return true;
      // Another member (RFC 1952, section 2.2).
      if (window_bits == gzip_window && inflateReset(&contexts_->zlib) == Z_OK) continue;
      detail = std::to_string(value.size()) + " bytes follow its end";
      return false;
    }
    const bool waits_for_room = out.used == out.bytes.size();
    if ((result == Z_OK || result == Z_BUF_ERROR) && (waits_for_room || !value.empty())) continue;
    if (result == Z_OK || result == Z_BUF_ERROR) detail = "it is cut short";
    if (result == Z_NEED_DICT) detail = "it needs a dictionary";
    if (result == Z_DATA_ERROR) detail = contexts_->zlib.msg ? contexts_->zlib.msg : "damaged";
    return false;
  }
}

// One call of zlib: takes what it reads off `value`.
int ContentDecoder::inflate_some(std::string_view& value, Output& out) {
  z_stream& zlib = contexts_->zlib;
  const auto room = uInt(std::min(out.bytes.size() - out.used, most_input));
  const auto given = uInt(std::min(value.size(), most_input));
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(value.data()));
  zlib.avail_in = given;
  zlib.next_out = reinterpret_cast<Bytef*>(out.bytes.data() + out.used);
  zlib.avail_out = room;
  const int result = inflate(&zlib, Z_NO_FLUSH);
  value.remove_prefix(given - zlib.avail_in);
  out.used += room - zlib.avail_out;
  return result;
}

// In one call into the whole output: the streaming interface would allocate a window as large as
// the frame demands.
bool ContentDecoder::unzstd(std::string_view value, Output& out, std::string& detail) {
  ZSTD_DCtx*& context = contexts_->zstd;
  if (!context) context = ZSTD_createDCtx();
  if (!context) {
    detail = "out of memory";
    return false;
  }
  const unsigned long long declared = ZSTD_getFrameContentSize(value.data(), value.size());
  const bool is_declared = declared != ZSTD_CONTENTSIZE_UNKNOWN && declared != ZSTD_CONTENTSIZE_ERROR;
  if (is_declared && declared > limit_) {
    out.too_large = true;
    return false;
  }
  out.grow_to(is_declared ? declared : value.size() * 4);
  for (;;) {
    const std::size_t result = ZSTD_decompressDCtx(context, out.bytes.data(), out.bytes.size(), value.data(), value.size());
    if (!ZSTD_isError(result)) {
      out.used = result;
      return true;
    }
    if (ZSTD_getErrorCode(result) != ZSTD_error_dstSize_tooSmall) {
      detail = ZSTD_getErrorName(result);
      return false;
    }
    if (!out.grow_to(out.bytes.size() * 2)) {
      out.too_large = true;
      return false;
    }
  }
}

}  // namespace connector_host::pipeline
