#pragma once
// What a declared option allows, as words for a message and as checks. Pure functions over connector_option.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"

namespace connector_host::topology {

using OptionTable = std::vector<const connector_option*>;

std::string option_name(const connector_option& option);
// "an integer from 1 to 65535", "one of key or none".
std::string describe_expected(const connector_option& option);
// An example for a fix: the default, else the smallest value, else one of the type.
std::string example_of(const connector_option& option);

bool within_limits(const connector_option& option, double value);

std::vector<std::string> allowed_values(const connector_option& option);
// The declared spelling of an allowed value, which is found without regard to case; nothing: not allowed.
std::optional<std::string> allowed_spelling(const connector_option& option, std::string_view text);
// Of MAP options: "prefix.*" allows every key that begins with "prefix.".
bool allows_key(const connector_option& option, std::string_view key);

}  // namespace connector_host::topology
