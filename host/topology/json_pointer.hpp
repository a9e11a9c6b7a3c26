#pragma once
// Whether a text is a JSON pointer (RFC 6901, section 3) that names something within a value. The empty pointer is the
// whole value, which is no field of it. Pure; any thread.
#include <string>

namespace connector_host::topology {

inline bool is_json_pointer(const std::string& text) {
  if (!text.starts_with('/')) return false;
  for (std::size_t at = text.find('~'); at != std::string::npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

}  // namespace connector_host::topology
