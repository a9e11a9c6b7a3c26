#include "plugins/kafka/login_rules.hpp"

#include <algorithm>
#include <cctype>
#include <connector/error.hpp>
#include <string_view>

namespace connector_host_plugins::kafka {
namespace {

constexpr std::string_view kerberos = "sasl.kerberos.";

bool is_harmless(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '/' || c == '@' || c == '-';
}

void check_kerberos_value(const std::string& name, const std::string& value) {
  if (!value.empty() && value[0] != '-' && std::all_of(value.begin(), value.end(), is_harmless))
    return;
  throw connector::bad_config("properties." + name +
                              ": only letters, digits and . _ / @ - are allowed, and no '-' at the "
                              "beginning, because it becomes part of a command");
}

bool is_sasl_protocol(std::string value) {
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return value.starts_with("sasl");
}

// The first setting that asks for a login; empty: none does.
std::string asks_for_login(const connector::Config& config, const KafkaSettings& settings) {
  for (const char* option : {"sasl_username", "sasl_password"})
    if (config.has(option)) return option;
  std::string protocol;
  for (const auto& [name, value] : settings.connection) {
    if (name == "security.protocol") protocol = value;  // the last one counts
    if (name.starts_with("sasl.") && name != "sasl.mechanisms") return "properties." + name;
  }
  return is_sasl_protocol(protocol) ? "security_protocol: " + protocol : "";
}

}  // namespace

void complete_login(const connector::Config& config, KafkaSettings& settings) {
  const std::string asking = asks_for_login(config, settings);
  const std::string mechanism = config.has("sasl_mechanism") ? config.string("sasl_mechanism") : "";
  if (!asking.empty() && mechanism.empty())
    throw connector::bad_config(
        asking + " needs option 'sasl_mechanism': PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or GSSAPI");
  for (const auto& [name, value] : settings.connection) {
    if (!name.starts_with(kerberos)) continue;
    if (mechanism != "GSSAPI")
      throw connector::bad_config("properties." + name +
                                  " is for sasl_mechanism GSSAPI, and it is " + mechanism);
    check_kerberos_value(name, value);
  }
  if (mechanism != "GSSAPI") return;
  settings.connection.emplace_back(
      "sasl.kerberos.kinit.cmd",
      "kinit -R -t \"%{sasl.kerberos.keytab}\" -k \"%{sasl.kerberos.principal}\" || "
      "kinit -t \"%{sasl.kerberos.keytab}\" -k \"%{sasl.kerberos.principal}\"");
}

}  // namespace connector_host_plugins::kafka
