#include "plugins/file/compression.hpp"

#include <array>

#include "plugins/file/read_mark.hpp"

namespace connector_host_plugins::file {
namespace {

using namespace std::string_view_literals;

struct Format {
  std::string_view name, at_start, behind_level;
};

// bzip2 has a digit, its level, between the two: "BZh" alone could be the beginning of a text.
constexpr std::array formats{
    Format{"gzip", "\x1F\x8B\x08"sv, ""},
    Format{"xz",
           "\xFD"
           "7zXZ\0"sv,
           ""},
    Format{"zstd", "\x28\xB5\x2F\xFD"sv, ""},
    Format{"lz4", "\x04\x22\x4D\x18"sv, ""},
    Format{"zip", "PK\x03\x04"sv, ""},
    Format{"compress", "\x1F\x9D"sv, ""},
    Format{"bzip2", "BZh"sv, "\x31\x41\x59\x26\x53\x59"sv},
    Format{"bzip2", "BZh"sv, "\x17\x72\x45\x38\x50\x90"sv},  // of an empty text
};

}  // namespace

std::string_view compression_of(int fd) {
  std::array<char, decisive_bytes> bytes;
  const std::string_view head(bytes.data(), read_at(fd, bytes.data(), bytes.size(), 0));
  for (const Format& each : formats) {
    if (!head.starts_with(each.at_start)) continue;
    if (each.behind_level.empty()) return each.name;
    if (head.substr(each.at_start.size() + 1) == each.behind_level) return each.name;
  }
  return {};
}

}  // namespace connector_host_plugins::file
