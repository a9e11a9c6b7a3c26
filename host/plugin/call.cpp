#include "host/plugin/call.hpp"

#include <algorithm>
#include <exception>
#include <limits>

#include "connector/view.hpp"

namespace connector_host::plugin {

const char* name_of(connector_code code) {
  switch (code) {
    case CONNECTOR_OK:
      return "OK";
    case CONNECTOR_RETRIABLE:
      return "RETRIABLE";
    case CONNECTOR_NOT_CONNECTED:
      return "NOT_CONNECTED";
    case CONNECTOR_REJECTED:
      return "REJECTED";
    case CONNECTOR_BAD_CONFIG:
      return "BAD_CONFIG";
    case CONNECTOR_FATAL:
      return "FATAL";
    case CONNECTOR_END:
      return "END";
    default:
      return "an unknown code";
  }
}

Call::Call(std::chrono::milliseconds timeout) {
  raw_.struct_size = sizeof raw_;
  raw_.timeout_ms = std::uint32_t(std::clamp<std::int64_t>(timeout.count(), 0, std::numeric_limits<std::int32_t>::max()));
  raw_.retry_after_ms = 0;
  raw_.reserved = 0;
  raw_.self = this;
  raw_.explain = &Call::explain;
  raw_.message[0] = '\0';
}

CallResult Call::result(connector_code code) const {
  CallResult result;
  result.code = code;
  if (code == CONNECTOR_OK) return result;
  result.retry_after = std::chrono::milliseconds(raw_.retry_after_ms);
  const std::string_view all(raw_.message, sizeof raw_.message);
  result.message = all.substr(0, all.find('\0'));  // a plugin that forgot the NUL harms nobody
  if (result.message.empty()) result.message = std::string("the plugin answered ") + name_of(code) + " without a reason";
  return result;
}

std::string_view Call::reason(std::uint64_t index) const {
  for (const auto& [at, why] : reasons_) {
    if (at == index) return why;
  }
  return {};
}

void Call::explain(connector_call* raw, std::uint64_t index, connector_view why) noexcept {
  constexpr std::size_t longest = 1000;
  try {
    static_cast<Call*>(raw->self)->reasons_.emplace_back(index, connector::text(why).substr(0, longest));
  } catch (const std::exception&) {  // without memory a reason is lost; the plugin's frames must see no exception
  }
}

}  // namespace connector_host::plugin
