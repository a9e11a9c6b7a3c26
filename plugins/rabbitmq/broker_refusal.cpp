#include "plugins/rabbitmq/broker_refusal.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

// The text without what stands in quotes: names are the user's, and a queue called 'rate-limit'
// says nothing of a limit. A name may hold a quote itself, so one that closes is followed by the
// end of a word.
std::string without_names(std::string_view text) {
  std::string out;
  bool in_name = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool quote = text[i] == '\'';
    const bool opens = quote && !in_name && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '(');
    const bool closes = quote && in_name &&
                        (i + 1 == text.size() ||
                         std::string_view(" .,:;)").find(text[i + 1]) != std::string_view::npos);
    if (!in_name) out += text[i];
    in_name = opens || (in_name && !closes);
  }
  return out;
}

// States that pass by themselves, though their code is that of a mistake (texts of RabbitMQ 3.8
// to 4.1).
bool passes(std::string_view answer) {
  const std::string text = without_names(answer);
  for (const std::string_view part : {"down or inaccessible", "stopped", "limit", "exclusive",
                                      "timeout", "timed out", "is down", "unknown delivery tag"}) {
    if (has(text, part)) return true;
  }
  return false;
}

std::string_view advice(std::uint16_t code, Doing doing) {
  switch (code) {
    case AMQP_ACCESS_REFUSED:
      return doing == Doing::login ? "check user and password"
                                   : "give this user the permission that the text names";
    case AMQP_NOT_FOUND:
      return "declare it on the broker, correct the option, or set declare: active";
    case AMQP_PRECONDITION_FAILED:
      if (doing == Doing::starting_consumer) return "correct the option consume_arguments";
      return "make queue_type and arguments equal to what the queue has, or set declare: passive";
    case AMQP_NOT_ALLOWED:
      return "check that the virtual host exists and that this user may use it";
    case AMQP_NOT_IMPLEMENTED:
      return "the broker does not support this combination of options";
    default:
      return {};
  }
}

bool is_for_the_user(std::uint16_t code, std::string_view text, Doing doing) {
  if (doing == Doing::counting || advice(code, doing).empty() || passes(text)) return false;
  if (code == AMQP_NOT_FOUND) return doing == Doing::declaring || doing == Doing::consuming;
  if (doing == Doing::starting_consumer) return true;
  if (code == AMQP_PRECONDITION_FAILED)
    return doing == Doing::declaring || doing == Doing::declaring_known;
  return true;
}

}  // namespace

connector::Error refusal(std::uint16_t code, std::string_view text, const std::string& where,
                         Doing doing) {
  const bool bad_config = is_for_the_user(code, text, doing);
  std::string what =
      "RabbitMQ at " + where + " answers " + std::to_string(code) + ' ' + std::string(text);
  if (bad_config) what += ": " + std::string(advice(code, doing));
  return {bad_config ? CONNECTOR_BAD_CONFIG : CONNECTOR_NOT_CONNECTED, what};
}

connector::Error refusal(const amqp_method_t& close, const std::string& where, Doing doing) {
  // Both close methods begin with the same members, but they are two types.
  if (close.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& method = *static_cast<const amqp_connection_close_t*>(close.decoded);
    return refusal(method.reply_code, text_of(method.reply_text), where, doing);
  }
  const auto& method = *static_cast<const amqp_channel_close_t*>(close.decoded);
  return refusal(method.reply_code, text_of(method.reply_text), where, doing);
}

connector::Error refusal(const amqp_rpc_reply_t& reply, const std::string& where, Doing doing) {
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) return refusal(reply.reply, where, doing);
  if (reply.library_error == AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD) {
    return connector::bad_config("RabbitMQ at " + where +
                                 " does not accept a login with user and password (PLAIN): enable "
                                 "it in the broker's auth_mechanisms");
  }
  return connector::not_connected("RabbitMQ at " + where + ": " +
                                  amqp_error_string2(reply.library_error));
}

}  // namespace connector_host_plugins::rabbitmq
