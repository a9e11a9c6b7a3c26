#include "plugins/kafka/client_figures.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace connector_host_plugins::kafka {
namespace {

using Json = nlohmann::json;

// Missing and negative are 0: librdkafka writes -1 for what it does not know.
double number(const Json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_number() ? std::max(0.0, found->get<double>()) : 0;
}

std::uint64_t whole(const Json& of, const char* name) {
  return std::uint64_t(number(of, name));
}

const Json& part(const Json& of, const char* name) {
  static const Json nothing = Json::object();
  const auto found = of.find(name);
  return found != of.end() && found->is_object() ? *found : nothing;
}

std::string word(const Json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : "";
}

// rd_kafka_idemp_state2str's words.
IdempotenceState idempotence_of(const std::string& state) {
  if (state == "Assigned") return IdempotenceState::ready;
  if (state == "RequestPID" || state == "WaitTransport" || state == "WaitPID")
    return IdempotenceState::waits_for_id;
  if (state == "DrainReset" || state == "DrainBump" || state == "WaitTxnAbort")
    return IdempotenceState::begins_anew;
  if (state == "FatalError" || state == "Terminate") return IdempotenceState::stopped;
  return IdempotenceState::not_begun;
}

constexpr double one_microsecond = 1e-6, one_millisecond = 1e-3;

void add_broker(ClientFigures& out, const Json& broker) {
  out.request_retries += whole(broker, "txretries");
  out.request_errors += whole(broker, "txerrs");
  out.request_timeouts += whole(broker, "req_timeouts");
  out.outbuf_messages += whole(broker, "outbuf_msg_cnt");
  out.outbuf_requests += whole(broker, "outbuf_cnt");
  out.waitresp_messages += whole(broker, "waitresp_msg_cnt");
  out.waitresp_requests += whole(broker, "waitresp_cnt");
  if (word(broker, "state") == "UP") ++out.connections;
  const Json& rtt = part(broker, "rtt");
  out.rtt_mean_seconds = std::max(out.rtt_mean_seconds, number(rtt, "avg") * one_microsecond);
  out.rtt_max_seconds = std::max(out.rtt_max_seconds, number(rtt, "max") * one_microsecond);
  out.throttle_max_seconds =
      std::max(out.throttle_max_seconds, number(part(broker, "throttle"), "max") * one_millisecond);
}

}  // namespace

std::optional<ClientFigures> read_figures(std::string_view json) {
  const Json all = Json::parse(json, nullptr, false);
  if (!all.is_object()) return std::nullopt;
  ClientFigures out;
  out.sent_messages = whole(all, "txmsgs");
  out.sent_bytes = whole(all, "txmsg_bytes");
  out.queued_messages = whole(all, "msg_cnt");
  out.queued_bytes = whole(all, "msg_size");
  out.idempotence = idempotence_of(word(part(all, "eos"), "idemp_state"));
  for (const auto& [name, broker] : part(all, "brokers").items()) add_broker(out, broker);
  return out;
}

}  // namespace connector_host_plugins::kafka
