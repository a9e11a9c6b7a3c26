#pragma once
// RedisStore: the dedup store that keeps ids in one Redis server, a key for each.
//
// A claim is `SET key claim:<owner> NX GET PX lease`, a commit `SET key done PX ttl`; renewing,
// releasing and taking back an own claim are scripts that compare first. A scope's binding is a key
// without an expiry. It retries nothing. Thread rule: that of connector::DedupStore; each call has
// a connection of its own. Owned by the host.
#include <connector/plugin.hpp>
#include <memory>

#include "plugins/redis/connection_pool.hpp"
#include "plugins/redis/handshake.hpp"
#include "plugins/redis/key_sweep.hpp"
#include "plugins/redis/redis_config.hpp"
#include "plugins/redis/redis_error.hpp"
#include "plugins/redis/stored_value.hpp"

namespace connector_host_plugins::redis {

class RedisStore : public connector::DedupStore {
 public:
  static constexpr std::string_view
      type = "redis",
      description =
          "Keeps ids in a Redis server: claims with a lease, commits with a time to live.";
  static constexpr connector::Option options[] = {
      connector::Option::string(
          "address",
          "The server: host:port, [IPv6]:port or unix:/path. One server; no Cluster, no Sentinel.")
          .endpoint()
          .otherwise("localhost:6379"),
      connector::Option::string("user",
                                "The ACL user to log in as (Redis 6). Unset: the default user."),
      connector::Option::string("password", "The password to log in with.").secret(),
      connector::Option::integer("db", "The database.").otherwise("0").between(0, 65535),
      connector::Option::duration("ttl",
                                  "How long a committed id is remembered. Longer than an id can be "
                                  "redelivered or published again.")
          .otherwise("24h")
          .at_least(1),
      connector::Option::string("key_template", "The key of an id; contains {id} exactly once.")
          .otherwise("connector-host:{id}"),
      connector::Option::list("legacy_done",
                              "Values, besides 'done', that say that an id is done: those of a "
                              "service that this one replaces."),
      connector::Option::boolean("tls", "Speak TLS.").otherwise("false").endpoint(),
      connector::Option::string("ca_file",
                                "PEM file of the authorities to trust. Unset: those of the system.")
          .endpoint()
          .credential_path(),
      connector::Option::string("cert_file", "PEM file of the client's certificate chain.")
          .credential_path(),
      connector::Option::string("key_file", "PEM file of the client's private key, not encrypted.")
          .credential_path(),
      connector::Option::boolean(
          "verify", "Check the server's certificate and host name. false is for tests only.")
          .otherwise("true")
          .advanced()
          .endpoint(),
      connector::Option::duration(
          "connect_timeout", "Time limit for connecting and logging in, within that of the call.")
          .otherwise("5s")
          .between(1, 600000)
          .advanced(),
      connector::Option::integer(
          "connections", "Most connections at once of one task; calls beyond that wait for one.")
          .otherwise("8")
          .between(1, 256)
          .advanced()};
  // RedisError's Failure counts by these places.
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("redis_connects_total", "Connections made to Redis."),
      connector::Metric::counter("redis_connect_failures_total",
                                 "Connections to Redis that could not be made."),
      connector::Metric::counter(
          "redis_lost_connections_total",
          "Calls that lost their connection, or got answers that are not those of Redis."),
      connector::Metric::counter("redis_timeouts_total",
                                 "Calls that got no answer within their time limit."),
      connector::Metric::counter("redis_error_replies_total",
                                 "Calls that Redis answered with an error."),
      connector::Metric::counter("redis_foreign_values_total",
                                 "Calls that met a value which is neither a claim nor a commit.")};

  RedisStore(connector::Host host, const connector::Config& config);

  void open(connector::Call&) override;
  void check(connector::Call&) override;
  void cancel() override;
  void close() override;
  void claim(std::string_view owner, std::chrono::milliseconds lease, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override;
  void renew(std::string_view owner, std::chrono::milliseconds lease, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override;
  void commit(connector::Ids, connector::Call&) override;
  void release(std::string_view owner, connector::Ids, connector::Call&) override;
  void clear(std::string_view scope, connector::Call&) override;
  std::string bind(std::string_view scope, std::string_view identity, bool replace,
                   connector::Call&) override;

 private:
  // Runs f(limit), counts its failure and says whose it was.
  template <class F>
  void told(const connector::Call& call, const net::Cancellation* cancellation, F&& f);
  // Runs f(connection, limit) on a connection of the pool.
  template <class F>
  void work(const connector::Call& call, F&& f);
  std::unique_ptr<Connection> log_in(const TlsContext* tls, const net::Limit&) const;
  std::unique_ptr<Connection> connect(const net::Limit&) const;
  std::unique_ptr<TlsContext> make_tls() const;
  // Runs f(limit), where the limit ends with connect_timeout or with the call, whichever comes
  // first.
  template <class F>
  void within_connect_timeout(const net::Limit& whole, F&& f) const;
  void make_ready(Connection&, const net::Limit&) const;
  connector::Claim claimed(const Reply&, std::string_view own, std::string_view id) const;
  connector::Claim renewed(const Reply&, std::string_view own, std::string_view id) const;
  std::string bound(const Reply&, std::string_view id) const;
  [[noreturn]] void refuse(const Reply&, std::string_view doing, std::string_view id) const;

  const connector::Host host_;
  const RedisConfig config_;
  const StoredValue values_;
  const Handshake handshake_;
  net::Cancellation cancellation_;
  std::unique_ptr<TlsContext> tls_;  // null without TLS; set by open
  ConnectionPool pool_;
  KeySweep sweep_;
};

}  // namespace connector_host_plugins::redis
