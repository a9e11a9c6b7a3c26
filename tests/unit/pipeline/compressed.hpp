#pragma once
// Values as publishers compress them.
#include <string>
#include <string_view>

namespace compressed {

std::string gzip(std::string_view text);
std::string zlib(std::string_view text);
std::string raw_deflate(std::string_view text);
std::string zstd(std::string_view text);
// Without the size of the content in its header.
std::string zstd_stream(std::string_view text);

}  // namespace compressed
