#pragma once
// compression_of: recognises a compressed file by its first bytes, whatever its name is.
//
// It decompresses nothing. The names of rotated files are RotatedName's business. Any thread.
#include <cstdint>
#include <string_view>

namespace connector_host_plugins::file {

// Bytes at the beginning of a file that decide. None of them is a newline in a compressed file.
inline constexpr std::uint64_t decisive_bytes = 10;

// "gzip", "bzip2" and so on; empty: not compressed, or not known yet because the file is too short.
// Throws std::system_error.
std::string_view compression_of(int fd);

}  // namespace connector_host_plugins::file
