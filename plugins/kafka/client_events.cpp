#include "plugins/kafka/client_events.hpp"

#include <exception>
#include <string>

namespace connector_host_plugins::kafka {
namespace {

// librdkafka calls this property experimental at every start; setting it is our choice, not the
// user's.
bool is_about_own_choice(std::string_view text) {
  return text.find("enable.gapless.guarantee is experimental") != std::string_view::npos;
}

}  // namespace

// That all brokers are down follows from what was said about one of them, which says more.
void ClientEvents::note(rd_kafka_resp_err_t code, const char* text) {
  if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !last_.text.empty()) return;
  last_ = {code, text ? text : ""};
}

void ClientEvents::on_line(const rd_kafka_t* client, int level, const char* facility,
                           const char* text) noexcept {
  if (text && is_about_own_choice(text)) return;
  try {
    auto* events = static_cast<ClientEvents*>(rd_kafka_opaque(client));
    if (events)
      events->log_.line(level, std::string(facility ? facility : "") + ": " + (text ? text : ""));
  } catch (...) {  // a log line that finds no memory is lost; librdkafka's C frames must see no
                   // exception
  }
}

void ClientEvents::on_error(rd_kafka_t*, int code, const char* text, void* events) noexcept {
  try {
    static_cast<ClientEvents*>(events)->note(rd_kafka_resp_err_t(code), text);
  } catch (const std::exception&) {  // the same
  }
}

// 0: the text stays librdkafka's.
int ClientEvents::on_statistics(rd_kafka_t*, char* json, std::size_t size, void* opaque) noexcept {
  try {
    auto* events = static_cast<ClientEvents*>(opaque);
    if (events->board_) events->board_->told(events->seat_, std::string(json, size));
  } catch (const std::exception&) {  // the same
  }
  return 0;
}

void ClientEvents::on_report(rd_kafka_t*, const rd_kafka_message_t* message, void*) noexcept {
  auto& report = *static_cast<Report*>(message->_private);
  report.error = message->err;
  report.status = rd_kafka_message_status(message);
  if (!report.leaderless) report.partition = message->partition;
  report.reported = true;
}

}  // namespace connector_host_plugins::kafka
