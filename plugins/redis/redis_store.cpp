#include "plugins/redis/redis_store.hpp"

#include "plugins/redis/binding.hpp"
#include "plugins/redis/error_reply.hpp"
#include "plugins/redis/pipeline.hpp"

namespace connector_host_plugins::redis {
namespace {

std::string milliseconds(std::chrono::milliseconds time) {
  return std::to_string(std::max<long long>(time.count(), 1));
}

std::string in_brackets(std::chrono::milliseconds limit, const std::string& name = "") {
  return " (" + name + std::to_string(limit.count()) + " ms)";
}

std::string claim_of(std::string_view owner) {
  return std::string(claim_prefix) + std::string(owner);
}

}  // namespace

RedisStore::RedisStore(connector::Host host, const connector::Config& config)
    : host_(host),
      config_(config),
      values_(config_.legacy_done),
      handshake_(config_),
      pool_(config_.connections, [this](const net::Limit& limit) { return connect(limit); }) {
  if (config_.tls.enabled && !config_.tls.verify)
    host_.warn("redis: verify is false, so nobody checks who the server at " +
               config_.address.text() + " is");
}

template <class F>
void RedisStore::told(const connector::Call& call, const net::Cancellation* cancellation, F&& f) {
  const net::Limit limit{net::Deadline(call.timeout()), cancellation};
  try {
    f(limit);
  } catch (const RedisError& error) {
    if (error.failure() != Failure::cancelled) host_.add(std::uint32_t(error.failure()));
    const bool all_of_it = error.failure() == Failure::timeout && limit.deadline.over();
    throw connector::Error(error.code(), "Redis at " + config_.address.text() + ": " +
                                             error.what() +
                                             (all_of_it ? in_brackets(call.timeout()) : ""));
  }
}

template <class F>
void RedisStore::work(const connector::Call& call, F&& f) {
  told(call, &cancellation_, [&](const net::Limit& limit) {
    ConnectionPool::Lease lease(pool_, limit);
    f(lease.connection(), limit);
    lease.keep();
  });
}

template <class F>
void RedisStore::within_connect_timeout(const net::Limit& whole, F&& f) const {
  try {
    f(net::Limit{whole.deadline.at_most(config_.connect_timeout), whole.cancellation});
  } catch (const RedisError& error) {
    if (error.failure() != Failure::timeout || whole.deadline.over()) throw;
    throw RedisError(
        error.failure(), error.code(),
        std::string(error.what()) + in_brackets(config_.connect_timeout, "connect_timeout, "));
  }
}

void RedisStore::open(connector::Call& call) {
  cancellation_.reset();
  pool_.close();
  told(call, &cancellation_, [&](const net::Limit& whole) {
    within_connect_timeout(whole, [&](const net::Limit& limit) {
      tls_ = make_tls();
      std::unique_ptr<Connection> first = log_in(tls_.get(), limit);
      handshake_.look_around(*first, host_, limit);
      make_ready(*first, limit);
      handshake_.try_scripts(*first, limit);
      host_.add(0);
      pool_.add(std::move(first));
    });
  });
}

// On a connection of its own: it has to work before open, and while a cancelled store is closed.
void RedisStore::check(connector::Call& call) {
  told(call, nullptr, [&](const net::Limit& whole) {
    within_connect_timeout(whole, [&](const net::Limit& limit) {
      const std::unique_ptr<TlsContext> tls = make_tls();
      const std::unique_ptr<Connection> connection = log_in(tls.get(), limit);
      make_ready(*connection, limit);
      handshake_.try_scripts(*connection, limit);
    });
  });
}

void RedisStore::cancel() {
  cancellation_.cancel();
  pool_.wake();
}

void RedisStore::close() {
  pool_.close();
}

void RedisStore::claim(std::string_view owner, std::chrono::milliseconds lease, connector::Ids ids,
                       std::span<connector::Claim> states, connector::Call& call) {
  const std::string own = claim_of(owner), lease_ms = milliseconds(lease);
  work(call, [&](Connection& connection, const net::Limit& limit) {
    std::vector<std::size_t> again;  // ours already: their lease is what is left of it
    const auto judge = [&](std::size_t i, const Reply& reply) {
      states[i] = claimed(reply, own, ids[i]);
      if (reply.kind == ReplyKind::string && reply.text == own) again.push_back(i);
    };
    const KeyedCommand take = by_script(config_.keys, connection.facts.claim_script, own, lease_ms);
    const auto all = [&](std::size_t i) { return ids[i]; };
    if (!connection.facts.claims_by_set)
      return for_each_id(connection, limit, take, ids.size(), all, judge);
    for_each_id(connection, limit, claim_by_set(config_.keys, own, lease_ms), ids.size(), all,
                judge);
    // By now the lease may have run out and another owner may have come: so the script judges anew.
    for_each_id(
        connection, limit, take, again.size(), [&](std::size_t i) { return ids[again[i]]; },
        [&](std::size_t i, const Reply& reply) {
          states[again[i]] = claimed(reply, own, ids[again[i]]);
        });
  });
}

void RedisStore::renew(std::string_view owner, std::chrono::milliseconds lease, connector::Ids ids,
                       std::span<connector::Claim> states, connector::Call& call) {
  const std::string own = claim_of(owner), lease_ms = milliseconds(lease);
  work(call, [&](Connection& connection, const net::Limit& limit) {
    for_each_id(
        connection, limit, by_script(config_.keys, connection.facts.renew_script, own, lease_ms),
        ids.size(), [&](std::size_t i) { return ids[i]; },
        [&](std::size_t i, const Reply& reply) { states[i] = renewed(reply, own, ids[i]); });
  });
}

void RedisStore::commit(connector::Ids ids, connector::Call& call) {
  work(call, [&](Connection& connection, const net::Limit& limit) {
    for_each_id(
        connection, limit, commit_command(config_.keys, done_value, milliseconds(config_.ttl)),
        ids.size(), [&](std::size_t i) { return ids[i]; },
        [&](std::size_t i, const Reply& reply) {
          if (reply.kind != ReplyKind::status || reply.text != "OK")
            refuse(reply, "the commit", ids[i]);
        });
  });
}

void RedisStore::release(std::string_view owner, connector::Ids ids, connector::Call& call) {
  const std::string own = claim_of(owner);
  work(call, [&](Connection& connection, const net::Limit& limit) {
    for_each_id(
        connection, limit, by_script(config_.keys, connection.facts.release_script, own, "0"),
        ids.size(), [&](std::size_t i) { return ids[i]; },
        [&](std::size_t i, const Reply& reply) {
          if (reply.kind != ReplyKind::integer) refuse(reply, "the release", ids[i]);
        });
  });
}

void RedisStore::clear(std::string_view scope, connector::Call& call) {
  work(call, [&](Connection& connection, const net::Limit& limit) {
    sweep_.run(connection, limit, config_.keys.pattern(scope),
               config_.keys.key_start(binding_id_start));
  });
}

std::string RedisStore::bind(std::string_view scope, std::string_view identity, bool replace,
                             connector::Call& call) {
  const std::string id = binding_id(scope), value = binding_value(identity);
  std::string answer;
  work(call, [&](Connection& connection, const net::Limit& limit) {
    for_each_id(
        connection, limit,
        bind_command(config_.keys, connection.facts.bind_script, value,
                     replace ? binding_value_start : std::string_view()),
        1, [&](std::size_t) -> std::string_view { return id; },
        [&](std::size_t, const Reply& reply) { answer = bound(reply, id); });
  });
  return answer;
}

std::unique_ptr<Connection> RedisStore::log_in(const TlsContext* tls,
                                               const net::Limit& limit) const {
  auto made = std::make_unique<Connection>(config_.address, tls, limit);
  handshake_.log_in(*made, limit);
  return made;
}

void RedisStore::make_ready(Connection& connection, const net::Limit& limit) const {
  handshake_.probe(connection, limit);
  handshake_.load_scripts(connection, limit);
}

std::unique_ptr<Connection> RedisStore::connect(const net::Limit& whole) const {
  std::unique_ptr<Connection> made;
  within_connect_timeout(whole, [&](const net::Limit& limit) {
    made = log_in(tls_.get(), limit);
    make_ready(*made, limit);
  });
  host_.add(0);
  return made;
}

std::unique_ptr<TlsContext> RedisStore::make_tls() const {
  return config_.tls.enabled ? std::make_unique<TlsContext>(config_.tls, host_) : nullptr;
}

connector::Claim RedisStore::claimed(const Reply& reply, std::string_view own,
                                     std::string_view id) const {
  if (reply.kind == ReplyKind::nil) return connector::Claim::is_new;
  if (reply.kind != ReplyKind::string) refuse(reply, "the claim", id);
  switch (values_.meaning(reply.text, own)) {
    case Meaning::done:
      return connector::Claim::done;
    case Meaning::own_claim:
      return connector::Claim::is_new;
    case Meaning::other_claim:
      return connector::Claim::held;
    case Meaning::foreign:
      break;
  }
  throw RedisError(Failure::foreign_value, CONNECTOR_BAD_CONFIG,
                   "the key " + in_quotes(config_.keys.key(id)) +
                       " holds a value that is neither a claim nor a commit: use another "
                       "key_template, or, where that value says that the id is done, add it "
                       "to legacy_done");
}

connector::Claim RedisStore::renewed(const Reply& reply, std::string_view own,
                                     std::string_view id) const {
  if (reply.kind == ReplyKind::nil) return connector::Claim::lost;
  if (reply.kind != ReplyKind::string) refuse(reply, "the renewal", id);
  const Meaning meaning = values_.meaning(reply.text, own);
  if (meaning == Meaning::own_claim) return connector::Claim::is_new;
  return meaning == Meaning::done ? connector::Claim::done : connector::Claim::lost;
}

std::string RedisStore::bound(const Reply& reply, std::string_view id) const {
  if (reply.kind != ReplyKind::string) refuse(reply, "the binding", id);
  if (auto identity = bound_identity(reply.text)) return *std::move(identity);
  throw RedisError(Failure::foreign_value, CONNECTOR_BAD_CONFIG,
                   "the key " + in_quotes(config_.keys.key(id)) +
                       " holds a value that is not the binding of a scope: use another "
                       "key_template, or delete the key if no application needs it");
}

void RedisStore::refuse(const Reply& reply, std::string_view doing, std::string_view id) const {
  const std::string what = std::string(doing) + " of the key " + in_quotes(config_.keys.key(id));
  if (reply.kind == ReplyKind::error) throw error_reply(reply.text, what);
  throw unexpected_reply(what);
}

}  // namespace connector_host_plugins::redis
