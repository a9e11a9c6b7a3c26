#pragma once
// How pieces of the user's file are shown in a message: short, on one line, without a URL's password. Pure functions.
#include <span>
#include <string>
#include <string_view>

namespace connector_host::topology {

// In double quotes, control characters escaped, cut after 60 bytes, the userinfo of URLs hidden.
std::string shown_value(std::string_view text);
// A key, cut at its first ':' or '=': in `{ password:x }` YAML takes the whole for a key, and the rest may be a secret.
std::string shown_key(std::string_view key);
// A name, path or message of the user's: control characters escaped, cut after 200 bytes.
std::string shown_name(std::string_view name);
// "path.key", or the key alone at the top.
std::string path_of(const std::string& path, std::string_view key);
// "a, b or c"; beyond 20 the rest is counted.
std::string shown_list(std::span<const std::string> words, std::string_view last_word);

}  // namespace connector_host::topology
