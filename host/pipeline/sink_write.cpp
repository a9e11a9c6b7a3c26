#include "host/pipeline/sink_write.hpp"

#include <algorithm>
#include <string>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

std::string reason_or(const plugin::Call& call, std::size_t index, const char* otherwise) {
  const std::string_view why = call.reason(index);
  return std::string(why.empty() ? otherwise : why);
}

}  // namespace

plugin::CallResult SinkWrite::write(plugin::SinkHandle& sink, std::span<const connector_record> records, plugin::Call& call) {
  outcomes_.resize(records.size());
  plugin::CallResult result = sink.write(records, outcomes_, call);
  failed_as_a_whole_ = !result.ok();
  if (failed_as_a_whole_) return result;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    const connector_code code = outcomes_[i].code;
    if (code == CONNECTOR_BAD_CONFIG || code == CONNECTOR_FATAL || code == CONNECTOR_NOT_CONNECTED) failed_as_a_whole_ = true;
    if (failed_as_a_whole_) return {code, 0ms, reason_or(call, i, plugin::name_of(code))};
  }
  const auto is_final = [](const connector_outcome& outcome) { return outcome.code == CONNECTOR_OK || outcome.code == CONNECTOR_REJECTED; };
  if (std::any_of(outcomes_.begin(), outcomes_.end(), is_final)) return result;
  return {CONNECTOR_RETRIABLE, 0ms, reason_or(call, 0, "no record was written")};
}

}  // namespace connector_host::pipeline
