// The redis store on a real server: the promises of every dedup store, by SET and by scripts, and
// what is in the keys.
#include <cstdlib>

#include <connector/testing/dedup_conformance.hpp>
#include "old_server_proxy.hpp"
#include "redis_fixture.hpp"
#include "redis_server.hpp"

namespace connector_tests {
namespace {

using connector::testing::DedupConformance;
using connector::testing::DedupStoreUnderTest;

const char* real_server() {
  return std::getenv("CONNECTOR_TEST_REDIS");
}

std::optional<std::string> by_set() {
  if (!real_server()) return std::nullopt;
  return redis_config(real_server());
}

std::optional<std::string> by_scripts() {
  if (!real_server()) return std::nullopt;
  static OldServerProxy proxy(real_server());
  return redis_config(proxy.address());
}

INSTANTIATE_TEST_SUITE_P(RedisBySet, DedupConformance,
                         ::testing::Values(DedupStoreUnderTest{REDIS_PLUGIN, "redis", by_set}));
INSTANTIATE_TEST_SUITE_P(RedisByScripts, DedupConformance,
                         ::testing::Values(DedupStoreUnderTest{REDIS_PLUGIN, "redis", by_scripts}));

class RedisStore : public ::testing::Test {
 protected:
  std::string command(const std::vector<std::string>& arguments) {
    return server_.command(arguments);
  }
  std::string address() const { return server_.address(); }

 private:
  RedisServer server_;
};

TEST_F(RedisStore, Keys_and_values_are_those_of_the_documentation) {
  Store store(address(), {{"ttl", "1000s"}});
  EXPECT_CODE(store.open(), CONNECTOR_OK);
  EXPECT_CODE(store.claim({"s:1"}, 5000, "worker/rmq-to-kafka/0", 20'000), CONNECTOR_OK);
  EXPECT_EQ(command({"GET", "connector-host:s:1"}), "claim:worker/rmq-to-kafka/0");
  EXPECT_LE(std::stol(command({"PTTL", "connector-host:s:1"})), 20'000);
  EXPECT_GT(std::stol(command({"PTTL", "connector-host:s:1"})), 10'000);
  EXPECT_CODE(store.commit({"s:1"}), CONNECTOR_OK);
  EXPECT_EQ(command({"GET", "connector-host:s:1"}), "done");
  EXPECT_GT(std::stol(command({"PTTL", "connector-host:s:1"})), 900'000);
}

TEST_F(RedisStore, An_own_claim_has_the_full_lease_again) {
  Store store(address());
  store.open();
  store.claim({"s:1", "s:2"}, 5000, "a", 5'000);
  EXPECT_EQ(store.claim({"s:1", "s:3", "s:2"}, 5000, "a", 60'000).states,
            (std::vector<int>{is_new, is_new, is_new}));
  for (const char* key : {"connector-host:s:1", "connector-host:s:2", "connector-host:s:3"})
    EXPECT_GT(std::stol(command({"PTTL", key})), 30'000) << key;
}

TEST_F(RedisStore, The_keys_of_the_service_that_it_replaces_are_done) {
  command({"SET", "processed:42", "1", "EX", "1000"});
  Store store(address(), {{"key_template", "processed:{id}"}, {"legacy_done", R"(["1"])"}});
  store.open();
  EXPECT_EQ(store.claim({"42", "43"}).states, (std::vector<int>{done, is_new}));
  EXPECT_EQ(store.renew({"42", "43"}).states, (std::vector<int>{done, is_new}));
  EXPECT_CODE(store.release({"42"}), CONNECTOR_OK);
  EXPECT_EQ(command({"GET", "processed:42"}), "1");
}

TEST_F(RedisStore, A_value_of_somebody_else_is_an_error_that_names_the_key_and_never_done) {
  for (const char* value : {"1", "", "Done", "done ", "DONE", "claim", "OK"}) {
    command({"SET", "connector-host:s:x", value});
    Store store(address());
    store.open();
    const Answer answer = store.claim({"s:1", "s:x"});
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
    EXPECT_TRUE(contains(answer.message, "'connector-host:s:x'") &&
                contains(answer.message, "legacy_done") && contains(answer.message, "key_template"))
        << answer.message;
    EXPECT_EQ(store.renew({"s:x"}).states, std::vector<int>{lost});
    EXPECT_EQ(store.host().metric(5), 1) << "foreign values are counted";
  }
}

TEST_F(RedisStore, A_key_of_another_type_is_an_error_that_names_the_key) {
  command({"RPUSH", "connector-host:s:list", "1"});
  Store store(address());
  store.open();
  for (const Answer& answer :
       {store.claim({"s:list"}), store.renew({"s:list"}), store.release({"s:list"})}) {
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
    EXPECT_TRUE(contains(answer.message, "'connector-host:s:list'")) << answer.message;
  }
  EXPECT_EQ(command({"LLEN", "connector-host:s:list"}), "1");
}

TEST_F(RedisStore, A_long_key_is_shortened_in_messages_and_bytes_are_made_printable) {
  const std::string id = std::string("s:\r\n\0", 5) + std::string(500, 'k');
  command({"SET", "connector-host:" + id, "1"});
  Store store(address());
  store.open();
  const Answer answer = store.claim({id});
  EXPECT_TRUE(contains(answer.message, "connector-host:s:\\x0d\\x0a\\x00kkk")) << answer.message;
  EXPECT_FALSE(contains(answer.message, std::string(101, 'k'))) << answer.message;
  EXPECT_TRUE(contains(answer.message, "legacy_done")) << answer.message;
}

TEST_F(RedisStore, Checking_and_opening_leave_nothing_behind) {
  Store store(address());
  EXPECT_CODE(store.check(), CONNECTOR_OK);
  EXPECT_CODE(store.open(), CONNECTOR_OK);
  EXPECT_CODE(store.check(), CONNECTOR_OK);
  EXPECT_EQ(command({"DBSIZE"}), "0");
}

TEST_F(RedisStore, The_database_is_that_of_the_option) {
  Store store(address(), {{"db", "3"}});
  store.open();
  store.commit({"s:1"});
  EXPECT_TRUE(contains(command({"INFO", "keyspace"}), "db3:keys=1"));
  Store beyond(address(), {{"db", "99"}});
  const Answer answer = beyond.open();
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_TRUE(contains(answer.message, "option db")) << answer.message;
}

TEST_F(RedisStore, Clearing_spares_the_keys_of_others) {
  command({"MSET", "other:s:1", "x", "connector-host:t:1", "x", "connector-host:sx:1", "x",
           "connector-host:s*:1", "x"});
  Store store(address());
  store.open();
  store.commit({"s:1", "s:2", "s*:2"});
  EXPECT_CODE(store.clear("s*"), CONNECTOR_OK);
  EXPECT_EQ(command({"DBSIZE"}), "5");
  EXPECT_CODE(store.clear("s"), CONNECTOR_OK);
  EXPECT_EQ(command({"DBSIZE"}), "3");
  EXPECT_EQ(command({"EXISTS", "other:s:1", "connector-host:t:1", "connector-host:sx:1"}), "3");
}

TEST_F(RedisStore, Clearing_refuses_to_delete_the_whole_database) {
  command({"SET", "other", "x"});
  Store store(address(), {{"key_template", "{id}"}});
  store.open();
  const Answer answer = store.clear("");
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_TRUE(contains(answer.message, "every key of the database")) << answer.message;
  EXPECT_EQ(command({"DBSIZE"}), "1");
}

TEST_F(RedisStore, A_binding_is_a_key_of_the_template_without_an_expiry) {
  Store store(address(), {{"key_template", "{id}:mine"}, {"ttl", "1s"}});
  store.open();
  EXPECT_EQ(store.bind("orders", "amqp://a/q kafka://b/t").bound, "amqp://a/q kafka://b/t");
  EXPECT_EQ(command({"GET", "#%bound:orders:mine"}), "bound:amqp://a/q kafka://b/t");
  EXPECT_EQ(command({"PTTL", "#%bound:orders:mine"}), "-1");
  EXPECT_EQ(store.replace_binding("orders", "second").bound, "second");
  EXPECT_EQ(command({"GET", "#%bound:orders:mine"}), "bound:second");
  EXPECT_EQ(command({"DBSIZE"}), "1");
}

TEST_F(RedisStore, Clearing_keeps_bindings_whatever_the_scope) {
  Store store(address());
  store.open();
  store.bind("", "of the empty scope");
  store.bind("s", "first");
  store.commit({"s:1", "1", "#1", "##%bound:s"});
  EXPECT_CODE(store.clear("s"), CONNECTOR_OK);
  EXPECT_CODE(store.clear(""), CONNECTOR_OK);
  EXPECT_EQ(command({"DBSIZE"}), "2");
  EXPECT_EQ(store.bind("", "second").bound, "of the empty scope");
  EXPECT_EQ(store.bind("s", "second").bound, "first");
}

TEST_F(RedisStore, A_foreign_value_instead_of_a_binding_is_named_and_kept) {
  const std::string key = "connector-host:#%bound:s";
  Store store(address());
  store.open();
  for (const char* value : {"", "done", "claim:a", "bound", "other"}) {
    command({"SET", key, value});
    for (const Answer& answer : {store.bind("s", "first"), store.replace_binding("s", "first")}) {
      EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
      EXPECT_TRUE(contains(answer.message, "'" + key + "'") &&
                  contains(answer.message, "key_template"))
          << answer.message;
      EXPECT_EQ(answer.bound, "");
    }
    EXPECT_EQ(command({"GET", key}), value);
  }
  EXPECT_EQ(store.host().metric(5), 10) << "foreign values are counted";
  command({"DEL", key});
  command({"RPUSH", key, "1"});
  const Answer answer = store.bind("s", "first");
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_TRUE(contains(answer.message, "'" + key + "'")) << answer.message;
}

TEST_F(RedisStore, A_cancelled_store_binds_nothing) {
  Store store(address());
  store.open();
  store.cancel();
  EXPECT_CODE(store.bind("s", "first"), CONNECTOR_RETRIABLE);
  EXPECT_EQ(command({"DBSIZE"}), "0");
}

TEST_F(RedisStore, Every_worker_has_a_connection_and_no_more_are_made_than_allowed) {
  Store store(address(), {{"connections", "2"}});
  store.open();
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 6; ++worker) {
    workers.emplace_back([&, worker] {
      for (int round = 0; round < 50; ++round)
        EXPECT_CODE(store.claim({"s:" + std::to_string(worker * 1000 + round)}), CONNECTOR_OK);
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_LE(store.host().metric(0), 2);
}

// 2,600 ids of 600 bytes: both bounds of a pipeline are passed several times.
TEST_F(RedisStore, A_batch_of_several_pipelines_is_answered_in_order) {
  Store store(address());
  store.open();
  std::vector<std::string> ids, committed;
  std::vector<int> expected;
  for (int i = 0; i < 2600; ++i) {
    ids.push_back("s:" + std::to_string(i) + std::string(std::size_t(i % 600), 'x'));
    expected.push_back(i % 7 == 0 ? done : is_new);
    if (i % 7 == 0) committed.push_back(ids.back());
  }
  EXPECT_CODE(store.commit(committed), CONNECTOR_OK);
  EXPECT_EQ(store.claim(ids).states, expected);
  EXPECT_EQ(store.renew(ids).states, expected);
  EXPECT_EQ(command({"DBSIZE"}), "2600");
}

}  // namespace
}  // namespace connector_tests
