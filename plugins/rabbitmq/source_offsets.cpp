#include "plugins/rabbitmq/source_offsets.hpp"

#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

using Json = nlohmann::ordered_json;

std::string utc(std::chrono::system_clock::time_point at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  char text[32];
  gmtime_r(&seconds, &parts);
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

connector::Error malformed(std::string_view queue) {
  return connector::bad_config(
      R"(the offsets have to be [{"partition":{"queue":")" + std::string(queue) +
      R"("},"offset":{"stream_offset":N}}], with N from 0 on, or an offset of null)");
}

}  // namespace

std::string SourceOffsets::json(std::string_view queue) const {
  Json offset = {{"acked", acknowledged}, {"in_flight", in_flight}, {"last_ack", nullptr}};
  if (last_ack) offset["last_ack"] = utc(*last_ack);
  if (stream_offset) offset["stream_offset"] = *stream_offset;
  const Json out = Json::array({{{"partition", {{"queue", queue}}}, {"offset", offset}}});
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::uint64_t> stream_offset_in(std::string_view json, std::string_view queue) {
  if (json.empty()) return {};
  const Json all = Json::parse(json, nullptr, false);
  if (!all.is_array() || all.size() != 1 || !all[0].is_object()) throw malformed(queue);
  const Json one = all[0];
  if (one.value("/partition/queue"_json_pointer, Json()) != queue || !one.contains("offset"))
    throw malformed(queue);
  if (one["offset"].is_null()) return {};
  const Json offset = one.value("/offset/stream_offset"_json_pointer, Json());
  if (!offset.is_number_unsigned() ||
      offset.get<std::uint64_t>() > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
    throw malformed(queue);
  return offset.get<std::uint64_t>();
}

}  // namespace connector_host_plugins::rabbitmq
