#include "plugins/rabbitmq/property_headers.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <iterator>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

struct TextProperty {
  amqp_flags_t flag;
  amqp_bytes_t amqp_basic_properties_t::* member;
  std::string_view header;
};

// In the order of property_names.
constexpr TextProperty text_properties[] = {
    {AMQP_BASIC_CONTENT_TYPE_FLAG, &amqp_basic_properties_t::content_type, "amqp.content_type"},
    {AMQP_BASIC_CONTENT_ENCODING_FLAG, &amqp_basic_properties_t::content_encoding,
     "amqp.content_encoding"},
    {AMQP_BASIC_CORRELATION_ID_FLAG, &amqp_basic_properties_t::correlation_id,
     "amqp.correlation_id"},
    {AMQP_BASIC_REPLY_TO_FLAG, &amqp_basic_properties_t::reply_to, "amqp.reply_to"},
    {AMQP_BASIC_TYPE_FLAG, &amqp_basic_properties_t::type, "amqp.type"},
    {AMQP_BASIC_APP_ID_FLAG, &amqp_basic_properties_t::app_id, "amqp.app_id"},
    {AMQP_BASIC_MESSAGE_ID_FLAG, &amqp_basic_properties_t::message_id, "amqp.message_id"},
    {AMQP_BASIC_USER_ID_FLAG, &amqp_basic_properties_t::user_id, "amqp.user_id"},
    {AMQP_BASIC_EXPIRATION_FLAG, &amqp_basic_properties_t::expiration, "amqp.expiration"}};

enum : std::size_t {
  first_number = std::size(text_properties),
  timestamp = first_number,
  priority,
  delivery_mode,
  exchange,
  routing_key,
  redelivered,
  all
};
static_assert(connector::text(property_names[timestamp]) == "timestamp" &&
              connector::text(property_names[all]) == "all" &&
              std::size(property_names) == all + 1);

connector_header number(std::string_view name, std::uint64_t value, const CopiedBytes& copied) {
  char text[24];
  const std::size_t size = std::size_t(std::to_chars(text, text + sizeof text, value).ptr - text);
  return {connector::view(name), copied.batch().copy({text, size}), CONNECTOR_INT64, 0};
}

}  // namespace

PropertyHeaders::PropertyHeaders(const std::vector<std::string>& wanted) {
  for (const std::string& name : wanted) {
    const auto same = [&](connector_view each) { return connector::text(each) == name; };
    const std::size_t index =
        std::size_t(std::find_if(std::begin(property_names), std::end(property_names), same) -
                    std::begin(property_names));
    if (index > all)
      throw connector::bad_config("option 'property_headers': there is no property '" + name + "'");
    wanted_ |= index == all ? (1u << all) - 1 : 1u << index;
  }
  most_ = std::size_t(std::popcount(wanted_));
}

connector_header* PropertyHeaders::write(connector_header* out,
                                         const amqp_basic_properties_t& properties,
                                         const amqp_basic_deliver_t& envelope,
                                         const CopiedBytes& copied) const {
  const amqp_flags_t set = properties._flags;
  for (std::size_t i = 0; i < first_number; ++i) {
    const TextProperty& each = text_properties[i];
    if (wants(i) && set & each.flag)
      *out++ = {connector::view(each.header), copied.at(properties.*each.member), CONNECTOR_TEXT,
                0};
  }
  if (wants(timestamp) && set & AMQP_BASIC_TIMESTAMP_FLAG)
    *out++ = number("amqp.timestamp", properties.timestamp, copied);
  if (wants(priority) && set & AMQP_BASIC_PRIORITY_FLAG)
    *out++ = number("amqp.priority", properties.priority, copied);
  if (wants(delivery_mode) && set & AMQP_BASIC_DELIVERY_MODE_FLAG)
    *out++ = number("amqp.delivery_mode", properties.delivery_mode, copied);
  if (wants(exchange))
    *out++ = {connector::view("amqp.exchange"), copied.at(envelope.exchange), CONNECTOR_TEXT, 0};
  if (wants(routing_key))
    *out++ = {connector::view("amqp.routing_key"), copied.at(envelope.routing_key), CONNECTOR_TEXT,
              0};
  if (wants(redelivered))
    *out++ = {connector::view("amqp.redelivered"),
              connector::view(envelope.redelivered ? "true" : "false"), CONNECTOR_BOOL, 0};
  return out;
}

}  // namespace connector_host_plugins::rabbitmq
