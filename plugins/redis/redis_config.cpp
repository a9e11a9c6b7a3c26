#include "plugins/redis/redis_config.hpp"

#include "plugins/redis/stored_value.hpp"
#include "plugins/redis/tls_session.hpp"

namespace connector_host_plugins::redis {
namespace {

TlsConfig tls_of(const connector::Config& config) {
  TlsConfig tls{config.boolean("tls"), config.boolean("verify"), config.string_or("ca_file", ""),
                config.string_or("cert_file", ""), config.string_or("key_file", "")};
  if (tls.enabled && !TlsContext::supported())
    throw connector::bad_config(
        "option 'tls' is true, but this redis plugin was built without OpenSSL: use a build that "
        "has it");
  const bool has_files = !tls.ca_file.empty() || !tls.cert_file.empty() || !tls.key_file.empty();
  if (!tls.enabled && has_files)
    throw connector::bad_config(
        "options 'ca_file', 'cert_file' and 'key_file' have no effect without tls: set tls: true "
        "or remove them");
  if (tls.cert_file.empty() != tls.key_file.empty())
    throw connector::bad_config(
        "options 'cert_file' and 'key_file' belong together: set both or neither");
  return tls;
}

}  // namespace

RedisConfig::RedisConfig(const connector::Config& config)
    : address(config.string("address")),
      keys(config.string("key_template")),
      legacy_done(config.has("legacy_done") ? config.list("legacy_done")
                                            : connector::Config::List()),
      user(config.string_or("user", "")),
      password(config.string_or("password", "")),
      db(config.integer("db")),
      ttl(config.duration("ttl")),
      connect_timeout(config.duration("connect_timeout")),
      connections(config.size("connections")),
      tls(tls_of(config)) {
  if (!user.empty() && password.empty())
    throw connector::bad_config(
        "option 'user' is set without 'password': set both, or neither for the default user");
  if (tls.enabled && address.is_unix())
    throw connector::bad_config(
        "option 'tls' is true, but 'address' is a Unix socket, which has no TLS: remove one of "
        "them");
  for (const std::string& value : legacy_done) {
    if (value.starts_with(claim_prefix))
      throw connector::bad_config(
          "option 'legacy_done' has a value that begins with 'claim:': that is how a claim looks, "
          "never a commit");
  }
}

}  // namespace connector_host_plugins::redis
