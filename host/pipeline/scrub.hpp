#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace connector_host::pipeline {

// Takes the secrets out of a plugin's text; thread-safe.
using Scrub = std::function<std::string(std::string_view)>;

}  // namespace connector_host::pipeline
