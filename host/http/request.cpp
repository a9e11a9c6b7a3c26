#include "host/http/request.hpp"

#include <strings.h>

namespace connector_host::http {

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (field.size() == name.size() && strncasecmp(field.data(), name.data(), name.size()) == 0) return value;
  return std::nullopt;
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  const auto found = query.lower_bound(name);
  if (found == query.end() || found->first != name) return std::nullopt;
  return found->second;
}

}  // namespace connector_host::http
