#include "host/plugin/utf8.hpp"

#include <cstdint>

namespace connector_host::plugin {
namespace {

// How many bytes follow a leading one; -1: it leads nothing.
int followers(unsigned char lead) {
  if (lead < 0x80) return 0;
  if (lead >= 0xC2 && lead < 0xE0) return 1;
  if (lead >= 0xE0 && lead < 0xF0) return 2;
  return lead >= 0xF0 && lead < 0xF5 ? 3 : -1;
}

// The shortest form only, no surrogates, nothing above U+10FFFF.
bool is_allowed(std::uint32_t point, int more) {
  static constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  return point >= least[more] && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const int more = followers(lead);
    if (more < 0 || text.size() - i <= std::size_t(more)) return false;
    if (more == 0 && (lead == 0x7f || (lead < 0x20 && lead != '\n' && lead != '\t'))) return false;
    std::uint32_t point = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int k = 0; k < more; ++k) {
      const auto next = static_cast<unsigned char>(text[++i]);
      if ((next & 0xC0) != 0x80) return false;
      point = point << 6 | (next & 0x3Fu);
    }
    if (!is_allowed(point, more)) return false;
  }
  return true;
}

}  // namespace connector_host::plugin
