#pragma once
// Printable text: any bytes as one line of valid UTF-8 that a terminal shows as it stands. A line break in a message
// cannot forge a log line, and no escape sequence reaches a terminal. Pure functions.
#include <string>
#include <string_view>

namespace connector_host::observability {

// Line breaks become \n and \r, tabs \t, other control characters and bytes that are no UTF-8 \xNN, and characters that
// break lines or turn the direction of writing \u{NNNN}.
std::string one_line(std::string_view text);
// Bytes that are no UTF-8 become U+FFFD; all else stays.
std::string valid_utf8(std::string_view text);

}  // namespace connector_host::observability
