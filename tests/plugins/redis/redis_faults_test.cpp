// The redis store and real servers that refuse, fill up, move, stop and die.
#include "redis_fixture.hpp"
#include "redis_server.hpp"

namespace connector_tests {
namespace {

TEST(RedisLogin, A_password_is_asked_for_and_a_wrong_one_is_refused_without_repeating_it) {
  RedisServer server({"--requirepass", "s3cret"});
  Store without(server.address());
  for (const Answer& answer : {without.open(), without.check()}) {
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
    EXPECT_TRUE(contains(answer.message, "set the option password")) << answer.message;
  }
  Store wrong(server.address(), {{"password", "canary"}});
  for (const Answer& answer : {wrong.open(), wrong.check()}) {
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
    EXPECT_TRUE(contains(answer.message, "check the options user and password")) << answer.message;
    EXPECT_FALSE(contains(answer.message, "canary")) << answer.message;
  }
  Store right(server.address(), {{"password", "s3cret"}});
  EXPECT_CODE(right.check(), CONNECTOR_OK);
  EXPECT_CODE(right.open(), CONNECTOR_OK);
  EXPECT_EQ(right.claim({"s:1"}).states, std::vector<int>{is_new});
}

TEST(RedisLogin, A_password_for_a_server_without_one_is_a_mistake) {
  RedisServer server;
  Store store(server.address(), {{"password", "canary"}});
  const Answer answer = store.open();
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_TRUE(contains(answer.message, "has no password")) << answer.message;
}

TEST(RedisLogin, The_permissions_of_the_documentation_suffice) {
  RedisServer server;
  server.command({"ACL", "SETUSER", "app", "on", ">pw", "~connector-host:*", "+ping", "+select",
                  "+info", "+set", "+script|load", "+evalsha", "+get", "+pexpire", "+del", "+scan",
                  "+unlink"});
  Store store(server.address(), {{"user", "app"}, {"password", "pw"}});
  EXPECT_CODE(store.check(), CONNECTOR_OK);
  EXPECT_CODE(store.open(), CONNECTOR_OK);
  EXPECT_EQ(store.claim({"s:1", "s:2"}).states, (std::vector<int>{is_new, is_new}));
  EXPECT_EQ(store.claim({"s:1"}).states, std::vector<int>{is_new});
  EXPECT_EQ(store.renew({"s:1"}).states, std::vector<int>{is_new});
  EXPECT_CODE(store.commit({"s:1"}), CONNECTOR_OK);
  EXPECT_CODE(store.release({"s:2"}), CONNECTOR_OK);
  EXPECT_CODE(store.clear("s"), CONNECTOR_OK);
  EXPECT_EQ(server.command({"DBSIZE"}), "0");
  EXPECT_CODE(store.bind("s", "first"), CONNECTOR_OK);
  EXPECT_CODE(store.replace_binding("s", "second"), CONNECTOR_OK);
  EXPECT_CODE(store.clear(""), CONNECTOR_OK);
}

TEST(RedisLogin, A_missing_permission_is_found_by_a_check_and_on_opening) {
  RedisServer server;
  const std::vector<std::string> all = {
      "ACL",      "SETUSER", "app",   "reset", "on",           ">pw",      "~connector-host:*",
      "+ping",    "+select", "+info", "+set",  "+script|load", "+evalsha", "+get",
      "+pexpire", "+del"};
  for (const char* missing :
       {"~connector-host:*", "+set", "+script|load", "+evalsha", "+get", "+pexpire", "+del"}) {
    auto rules = all;
    std::erase(rules, missing);
    server.command(rules);
    Store store(server.address(), {{"user", "app"}, {"password", "pw"}});
    for (const Answer& answer : {store.check(), store.open()}) {
      EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG) << missing;
      EXPECT_TRUE(contains(answer.message, "ACL")) << missing << ": " << answer.message;
    }
  }
  auto rules = all;
  std::erase(rules, "+info");
  server.command(rules);
  Store store(server.address(), {{"user", "app"}, {"password", "pw"}});
  EXPECT_CODE(store.open(), CONNECTOR_OK);
}

TEST(RedisLogin, A_permission_that_is_taken_away_later_is_named) {
  RedisServer server;
  server.command({"ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all"});
  Store store(server.address(), {{"user", "app"}, {"password", "pw"}});
  store.open();
  store.claim({"s:1"});
  server.command({"ACL", "SETUSER", "app", "-pexpire"});
  const Answer answer = store.renew({"s:1"});
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_TRUE(contains(answer.message, "+pexpire")) << answer.message;
}

TEST(RedisFaults, A_full_memory_is_retriable_and_passes) {
  RedisServer server;
  Store store(server.address());
  store.open();
  server.command({"CONFIG", "SET", "maxmemory", "1"});
  for (const Answer& answer : {store.claim({"s:1"}), store.commit({"s:1"}),
                               store.bind("s", "first"), store.check(), store.open()}) {
    EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
    EXPECT_TRUE(contains(answer.message, "memory is full")) << answer.message;
  }
  server.command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_CODE(store.open(), CONNECTOR_OK);
  EXPECT_EQ(store.claim({"s:1"}).states, std::vector<int>{is_new});
}

TEST(RedisFaults, A_replica_is_retriable_until_it_is_promoted) {
  RedisServer server;
  Store store(server.address());
  store.open();
  server.command({"REPLICAOF", "127.0.0.1", "1"});
  for (const Answer& answer :
       {store.claim({"s:1"}), store.commit({"s:1"}), store.check(), store.open()}) {
    EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
    EXPECT_TRUE(contains(answer.message, "read-only replica")) << answer.message;
  }
  server.command({"REPLICAOF", "NO", "ONE"});
  EXPECT_EQ(store.claim({"s:1"}).states, std::vector<int>{is_new})
      << "a connection that saw the error was not kept";
}

TEST(RedisFaults, A_server_that_loads_its_data_is_retriable_until_it_has) {
  RedisServer server;
  server.command(
      {"EVAL", "for i = 1, 3000 do redis.call('SET', 'connector-host:s:' .. i, 'done') end", "0"});
  server.command({"SAVE"});
  server.kill();
  server.start({"--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"});
  Store store(server.address());
  const Answer answer = store.open();
  EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
  EXPECT_TRUE(contains(answer.message, "loading")) << answer.message;
  ASSERT_TRUE(eventually([&] { return store.open().code == CONNECTOR_OK; }));
  EXPECT_EQ(store.claim({"s:3000"}).states, std::vector<int>{done});
}

TEST(RedisFaults, A_cluster_is_refused) {
  RedisServer server({"--port", std::to_string(free_port()), "--cluster-port",
                      std::to_string(free_port()), "--bind", "127.0.0.1", "--cluster-enabled",
                      "yes"});
  Store store(server.address());
  const Answer answer = store.open();
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_TRUE(contains(answer.message, "Redis Cluster") &&
              contains(answer.message, "without cluster mode"))
      << answer.message;
}

TEST(RedisFaults, A_sentinel_is_refused) {
  const std::string port = std::to_string(free_port());
  RedisServer server({"--sentinel", "--port", port, "--bind", "127.0.0.1"});
  Store store("127.0.0.1:" + port);
  const Answer answer = store.open();
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_TRUE(contains(answer.message, "Sentinel")) << answer.message;
}

TEST(RedisFaults, A_server_that_evicts_keys_is_warned_of) {
  RedisServer server({"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"});
  Store store(server.address());
  EXPECT_CODE(store.open(), CONNECTOR_OK);
  const auto logged = store.host().logged();
  EXPECT_TRUE(std::any_of(logged.begin(), logged.end(), [](const std::string& line) {
    return contains(line, "allkeys-lru") && contains(line, "noeviction");
  }));
}

TEST(RedisFaults, A_server_that_is_not_there_is_not_connected) {
  Store store("127.0.0.1:" + std::to_string(free_port())), file("unix:/nonexistent/redis.sock");
  for (const Answer& answer : {store.open(), store.check(), file.open(), file.check()}) {
    EXPECT_CODE(answer, CONNECTOR_NOT_CONNECTED);
    EXPECT_TRUE(contains(answer.message, "Redis at ") && contains(answer.message, "cannot connect"))
        << answer.message;
  }
  EXPECT_EQ(store.host().metric(1), 2) << "failures to connect are counted";
}

TEST(RedisFaults, A_server_that_dies_is_not_connected_and_its_data_counts_after_the_restart) {
  RedisServer server({"--appendonly", "yes", "--appendfsync", "always"});
  Store store(server.address());
  store.open();
  store.commit({"s:1"});
  store.claim({"s:2"});
  server.kill();
  EXPECT_CODE(store.claim({"s:3"}), CONNECTOR_NOT_CONNECTED);
  store.close();
  EXPECT_CODE(store.open(), CONNECTOR_NOT_CONNECTED);
  server.start();
  ASSERT_TRUE(eventually([&] { return store.open().code == CONNECTOR_OK; }));
  EXPECT_EQ(store.claim({"s:1", "s:2", "s:3"}).states, (std::vector<int>{done, is_new, is_new}));
}

// The connections are dead by then, and the scripts are gone with the old process.
TEST(RedisFaults, A_restart_while_nothing_is_asked_is_not_noticed) {
  RedisServer server;
  Store store(server.address());
  store.open();
  server.kill();
  server.start();
  EXPECT_EQ(store.claim({"s:1"}).states, std::vector<int>{is_new});
  EXPECT_EQ(store.renew({"s:1"}).states, std::vector<int>{is_new});
}

TEST(RedisFaults, Forgotten_scripts_ask_for_a_new_connection) {
  RedisServer server;
  Store store(server.address());
  store.open();
  store.claim({"s:1"});
  server.command({"SCRIPT", "FLUSH"});
  EXPECT_CODE(store.renew({"s:1"}), CONNECTOR_NOT_CONNECTED);
  store.close();
  EXPECT_CODE(store.open(), CONNECTOR_OK);
  EXPECT_EQ(store.renew({"s:1"}).states, std::vector<int>{is_new});
}

TEST(RedisFaults, A_connection_limit_is_retriable) {
  RedisServer server({"--maxclients", "1"});
  Store first(server.address()), second(server.address());
  ASSERT_TRUE(eventually([&] { return first.open().code == CONNECTOR_OK; }));
  const Answer answer = second.open();
  EXPECT_TRUE(answer.code == CONNECTOR_RETRIABLE || answer.code == CONNECTOR_NOT_CONNECTED)
      << answer.message;
}

TEST(RedisFaults, A_server_that_pauses_its_clients_costs_the_time_limit_and_no_more) {
  RedisServer server;
  Store store(server.address());
  store.open();
  store.commit({"s:done"});
  server.command({"CLIENT", "PAUSE", "1000", "ALL"});
  const Answer answer = store.claim({"s:done"}, 200);
  EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
  EXPECT_GE(answer.took.count(), 190);
  EXPECT_LT(answer.took.count(), 5000);
  EXPECT_TRUE(contains(answer.message, "200 ms")) << answer.message;
  EXPECT_EQ(store.host().metric(3), 1) << "timeouts are counted";
  EXPECT_EQ(store.claim({"s:new", "s:done"}).states, (std::vector<int>{is_new, done}));
}

// Long after its time limit the server executes what it was sent and answers: on a connection that
// is gone.
TEST(RedisFaults, A_server_that_stops_and_goes_on_never_has_an_id_judged_by_anothers_answer) {
  RedisServer server;
  Store store(server.address());
  store.open();
  std::vector<std::string> committed, fresh;
  for (int i = 0; i < 500; ++i)
    committed.push_back("s:done" + std::to_string(i)), fresh.push_back("s:new" + std::to_string(i));
  store.commit(committed);
  for (int round = 0; round < 5; ++round) {
    server.pause();
    EXPECT_CODE(store.claim(committed, 100), CONNECTOR_RETRIABLE);
    EXPECT_CODE(store.claim(committed, 100), CONNECTOR_RETRIABLE);
    server.resume();
    EXPECT_EQ(store.claim(fresh).states, std::vector<int>(fresh.size(), is_new));
    EXPECT_EQ(store.claim(committed).states, std::vector<int>(committed.size(), done));
  }
}

TEST(RedisFaults, Cancel_ends_calls_that_wait_and_stays_until_open) {
  RedisServer server;
  Store store(server.address(), {{"connections", "1"}});
  store.open();
  server.pause();
  std::vector<Answer> answers(3);
  std::vector<std::thread> workers;  // one waits for the server, the others for its connection
  for (Answer& answer : answers)
    workers.emplace_back([&] { answer = store.claim({"s:1"}, 60'000); });
  store.cancel();
  for (std::thread& worker : workers) worker.join();
  for (const Answer& answer : answers) {
    EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
    EXPECT_LT(answer.took.count(), 5000);
    EXPECT_TRUE(contains(answer.message, "cancelled")) << answer.message;
  }
  const Answer later = store.commit({"s:1"}, 60'000);
  EXPECT_CODE(later, CONNECTOR_RETRIABLE);
  EXPECT_LT(later.took.count(), 5000);
  server.resume();
  store.close();
  EXPECT_CODE(store.open(), CONNECTOR_OK);
  EXPECT_EQ(store.claim({"s:1"}).states, std::vector<int>{is_new});
}

TEST(RedisFaults, A_server_that_does_not_answer_an_opening_costs_connect_timeout_which_is_named) {
  RedisServer server;
  Store store(server.address(), {{"connect_timeout", "300ms"}});
  server.pause();
  for (const Answer& answer : {store.check(), store.open()}) {
    EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
    EXPECT_TRUE(
        contains(answer.message, "no answer within the time limit (connect_timeout, 300 ms)"))
        << answer.message;
  }
  server.resume();
}

TEST(RedisFaults, Clearing_stops_at_the_time_limit) {
  RedisServer server;
  Store store(server.address());
  store.open();
  server.pause();
  const Answer answer = store.clear("s", 200);
  EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
  EXPECT_LT(answer.took.count(), 5000);
  server.resume();
}

}  // namespace
}  // namespace connector_tests
