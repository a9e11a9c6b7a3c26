#include "plugins/rabbitmq/source_settings.hpp"

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

constexpr std::size_t short_string_limit = 255;  // AMQP 0-9-1, shortstr

std::string short_string(const connector::Config& config, const char* option) {
  const std::string& value = config.string(option);
  if (value.empty() || value.size() > short_string_limit)
    throw connector::bad_config(std::string("option '") + option + "' must have 1 to 255 bytes");
  return value;
}

SourceSettings::Binding binding(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon > short_string_limit ||
      text.size() - colon - 1 > short_string_limit) {
    throw connector::bad_config("option 'bindings': '" + text +
                                "' is not of the form exchange:routing_key");
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

connector::Config::List list_or_none(const connector::Config& config, const char* option) {
  return config.has(option) ? config.list(option) : connector::Config::List();
}

}  // namespace

SourceSettings SourceSettings::read(const connector::Config& config, std::string_view instance) {
  SourceSettings out;
  out.read_brokers(config);
  out.read_connection(config, instance);
  out.read_declaration(config);
  out.read_delivery_limit(config);
  out.read_consume_arguments(config);
  out.stream_start = StreamStart::parse(config.string("stream_offset"));
  out.queue = short_string(config, "queue");
  out.prefetch = std::uint16_t(config.integer("prefetch"));
  out.property_headers = list_or_none(config, "property_headers");
  out.max_message_bytes = config.size("max_message_bytes");
  out.census_every = config.duration("depth_interval");
  out.consumer_tag = std::string(instance.substr(0, short_string_limit));
  return out;
}

void SourceSettings::read_brokers(const connector::Config& config) {
  brokers = parse_broker_addresses(config.string("url"));
  for (BrokerAddress& each : brokers) {
    each.user = config.string_or("user", each.user);
    each.password = config.string_or("password", each.password);
    // The library takes both as C strings and would log in with half of one.
    if ((each.user + each.password).find('\0') != std::string::npos)
      throw connector::bad_config("options 'user' and 'password' must not hold a NUL");
  }
}

void SourceSettings::read_connection(const connector::Config& config, std::string_view instance) {
  connect_timeout = config.duration("connect_timeout");
  connection.heartbeat = std::chrono::ceil<std::chrono::seconds>(
      config.duration("heartbeat"));  // AMQP counts in seconds
  connection.name = config.string_or("connection_name", "connector-host " + std::string(instance));
  const net::TlsFiles files{config.string_or("ca_file", ""), config.string_or("cert_file", ""),
                            config.string_or("key_file", "")};
  connection.tls = {files, config.boolean("verify")};
  if (files.cert_file.empty() != files.key_file.empty())
    throw connector::bad_config(
        "options 'cert_file' and 'key_file' belong together: set both or none");
}

void SourceSettings::read_delivery_limit(const connector::Config& config) {
  if (config.has("delivery_limit"))
    delivery_limit = std::uint32_t(config.integer("delivery_limit"));
  if (config.has("management_url"))
    management = parse_management_url(config.string("management_url"), brokers.front().user,
                                      brokers.front().password);
}

// The library would send the first bytes of a longer name, and the broker would take it for
// another. basic.consume has to fit into the smallest frame of AMQP, 4096 bytes, together with two
// short strings: nothing else limits it, see Connection::accept_large_frames.
void SourceSettings::read_consume_arguments(const connector::Config& config) {
  constexpr std::size_t most_bytes = 3072, most_overhead = 10;
  if (config.has("consume_arguments")) consume_arguments = config.map("consume_arguments");
  std::size_t bytes = 0;
  for (const auto& [name, value] : consume_arguments) {
    bytes += name.size() + value.size() + most_overhead;
    if (name == "x-stream-offset")
      throw connector::bad_config(
          "option 'consume_arguments': x-stream-offset is the source's own; set stream_offset "
          "instead");
  }
  if (bytes > most_bytes) {
    throw connector::bad_config("option 'consume_arguments' has " + std::to_string(bytes) +
                                " bytes, 10 of them added for each argument; use at most 3072");
  }
  for (const auto& [name, value] : consume_arguments) {
    if (!name.empty() && name.size() <= short_string_limit) continue;
    throw connector::bad_config("option 'consume_arguments': the name '" + name.substr(0, 32) +
                                "' has " + std::to_string(name.size()) + " bytes; use 1 to 255");
  }
}

void SourceSettings::read_declaration(const connector::Config& config) {
  const std::string& word = config.string("declare");
  declare = word == "active"    ? Declare::active
            : word == "passive" ? Declare::passive
                                : Declare::none;
  queue_type = config.string_or("queue_type", "");
  if (config.has("arguments")) arguments = config.map("arguments");
  for (const std::string& each : list_or_none(config, "bindings"))
    bindings.push_back(binding(each));
  if (declare != Declare::active &&
      (!queue_type.empty() || !arguments.empty() || !bindings.empty())) {
    throw connector::bad_config(
        "options 'queue_type', 'arguments' and 'bindings' need declare: active; with declare: " +
        word + " nothing would be declared");
  }
}

}  // namespace connector_host_plugins::rabbitmq
