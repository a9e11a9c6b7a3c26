#pragma once
// Call: one call across the boundary, as the host makes it. CallResult: what the call as a whole came to.
//
// A Call lives on the stack of its caller and serves one call at a time; use it again after reset(). It collects the
// reasons that a plugin gives for single records.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/abi.h"

namespace connector_host::plugin {

struct CallResult {
  connector_code code = CONNECTOR_OK;
  std::chrono::milliseconds retry_after{0};  // 0: the host's backoff decides
  std::string message;                       // empty when code is OK

  bool ok() const { return code == CONNECTOR_OK; }
};

const char* name_of(connector_code code);

class Call {
 public:
  explicit Call(std::chrono::milliseconds timeout);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  connector_call* raw() { return &raw_; }
  CallResult result(connector_code code) const;
  // Why record `index` of the call's array fared as it did; empty when the plugin said nothing.
  std::string_view reason(std::uint64_t index) const;

 private:
  static void explain(connector_call* raw, std::uint64_t index, connector_view why) noexcept;

  connector_call raw_;
  std::vector<std::pair<std::uint64_t, std::string>> reasons_;
};

}  // namespace connector_host::plugin
