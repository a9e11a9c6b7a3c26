#pragma once
// Whether a text is UTF-8 (RFC 3629) without control characters but tab and line feed: what a plugin says about itself
// is shown over REST as JSON, which has no other bytes. Any thread.
#include <string_view>

namespace connector_host::plugin {

bool is_utf8(std::string_view text);

}  // namespace connector_host::plugin
