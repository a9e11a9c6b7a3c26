// The redis store and a server whose answers are wrong, late, too few or without end: never an
// answer that is not meant.
#include <functional>
#include <mutex>
#include <utility>

#include "fake_redis.hpp"
#include "redis_fixture.hpp"

namespace connector_tests {
namespace {

using Command = FakeRedis::Command;
using Bytes = std::optional<std::string>;

constexpr const char* own_claim = "$7\r\nclaim:a\r\n";

// Of ids: the one that is tried at the opening has no arguments.
bool is_script(const Command& command) {
  return command[0] == "EVALSHA" && command.size() > 4;
}

bool is_claim(const Command& command) {
  return command[0] == "SET" && command.size() == 7 && command.back() != "0";
}
bool is_commit(const Command& command) {
  return command[0] == "SET" && command[2] == "done";
}
bool is_work(const Command& command) {
  return is_claim(command) || is_commit(command) || is_script(command);
}

// Answers all work with the same bytes.
FakeRedis::Handler always(std::string bytes) {
  return [bytes = std::move(bytes)](int, const Command& command) {
    return is_work(command) ? Bytes(bytes) : std::nullopt;
  };
}

struct Operation {
  const char* name;
  std::function<Answer(Store&)> run;
  std::vector<std::string> wrong;  // answers that it never has
};

const std::vector<Operation>& operations() {
  static const std::vector<std::string> odd = {"*0\r\n", "*1\r\n$4\r\ndone\r\n",
                                               "*2\r\n+OK\r\n+OK\r\n", "*1\r\n*1\r\n:1\r\n"};
  static const auto with = [](std::vector<std::string> more) {
    more.insert(more.end(), odd.begin(), odd.end());
    return more;
  };
  static const std::vector<Operation> all = {
      {"claim", [](Store& store) { return store.claim({"s:1"}, 2000); },
       with({":1\r\n", "+OK\r\n", "+done\r\n"})},
      {"renew", [](Store& store) { return store.renew({"s:1"}, 2000); },
       with({":1\r\n", "+OK\r\n", "+done\r\n"})},
      {"commit", [](Store& store) { return store.commit({"s:1"}, 2000); },
       with({":1\r\n", "$-1\r\n", "$2\r\nOK\r\n", "+QUEUED\r\n"})},
      {"release", [](Store& store) { return store.release({"s:1"}, 2000); },
       with({"+OK\r\n", "$-1\r\n", "$1\r\n1\r\n"})},
      {"bind", [](Store& store) { return store.bind("s", "identity", 2000); },
       with({"+OK\r\n", "$-1\r\n", ":1\r\n"})}};
  return all;
}

TEST(RedisProtocol, An_answer_of_a_wrong_type_is_no_answer) {
  for (const Operation& operation : operations()) {
    for (const std::string& bytes : operation.wrong) {
      FakeRedis server(always(bytes));
      Store store(server.address());
      EXPECT_CODE(store.open(), CONNECTOR_OK);
      const Answer answer = operation.run(store);
      EXPECT_CODE(answer, CONNECTOR_NOT_CONNECTED);
      EXPECT_TRUE(contains(answer.message, "not those of Redis"))
          << operation.name << ": " << answer.message;
    }
  }
}

TEST(RedisProtocol, An_error_reply_is_a_failure_with_the_code_that_it_calls_for) {
  const std::pair<const char*, connector_code> rows[] = {
      {"LOADING Redis is loading the dataset in memory", CONNECTOR_RETRIABLE},
      {"BUSY Redis is busy running a script.", CONNECTOR_RETRIABLE},
      {"TRYAGAIN Multiple keys request during rehashing of slot", CONNECTOR_RETRIABLE},
      {"CLUSTERDOWN The cluster is down", CONNECTOR_RETRIABLE},
      {"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
       CONNECTOR_RETRIABLE},
      {"READONLY You can't write against a read only replica.", CONNECTOR_RETRIABLE},
      {"OOM command not allowed when used memory > 'maxmemory'.", CONNECTOR_RETRIABLE},
      {"MISCONF Redis is configured to save RDB snapshots", CONNECTOR_RETRIABLE},
      {"NOREPLICAS Not enough good replicas to write.", CONNECTOR_RETRIABLE},
      {"ERR max number of clients reached", CONNECTOR_RETRIABLE},
      {"ERR something that nobody has heard of", CONNECTOR_RETRIABLE},
      {"ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -OOM command not "
       "allowed",
       CONNECTOR_RETRIABLE},
      {"ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -NOPERM this user",
       CONNECTOR_BAD_CONFIG},
      {"NOSCRIPT No matching script. Please use EVAL.", CONNECTOR_NOT_CONNECTED},
      {"NOAUTH Authentication required.", CONNECTOR_BAD_CONFIG},
      {"WRONGPASS invalid username-password pair or user is disabled.", CONNECTOR_BAD_CONFIG},
      {"NOPERM this user has no permissions to run the 'set' command", CONNECTOR_BAD_CONFIG},
      {"MOVED 3999 127.0.0.1:6381", CONNECTOR_BAD_CONFIG},
      {"ASK 3999 127.0.0.1:6381", CONNECTOR_BAD_CONFIG},
      {"DENIED Redis is running in protected mode", CONNECTOR_BAD_CONFIG},
      {"WRONGTYPE Operation against a key holding the wrong kind of value", CONNECTOR_BAD_CONFIG},
      {"ERR unknown command 'EVALSHA'", CONNECTOR_BAD_CONFIG}};
  for (const auto& [text, code] : rows) {
    FakeRedis server(always("-" + std::string(text) + "\r\n"));
    Store store(server.address());
    store.open();
    for (const Operation& operation : operations()) {
      const Answer answer = operation.run(store);
      EXPECT_CODE(answer, code);
      EXPECT_TRUE(contains(answer.message, "Redis at 127.0.0.1:"))
          << operation.name << ": " << answer.message;
    }
  }
}

TEST(RedisProtocol, One_error_among_good_replies_fails_the_call) {
  int asked = 0;
  FakeRedis server([&](int, const Command& command) {
    return is_claim(command) ? Bytes(++asked == 2 ? "-OOM full\r\n" : "$-1\r\n") : std::nullopt;
  });
  Store store(server.address());
  store.open();
  EXPECT_CODE(store.claim({"s:1", "s:2", "s:3"}), CONNECTOR_RETRIABLE);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(store.claim({"s:1"}).states, std::vector<int>{is_new});
  EXPECT_EQ(server.connections(), 2) << "a connection with a failure is not used again";
}

TEST(RedisProtocol, A_reply_that_breaks_off_with_the_connection_is_no_answer) {
  for (const char* part : {"", "$", "$4\r\ndo", "$4\r\ndone\r", "+O", "*1\r\n"}) {
    FakeRedis* raw = nullptr;
    FakeRedis server([&](int connection, const Command& command) -> Bytes {
      if (!is_work(command)) return std::nullopt;
      raw->send(connection, part);
      raw->hang_up(connection);
      return "";
    });
    raw = &server;
    Store store(server.address());
    store.open();
    for (const Operation& operation : operations())
      EXPECT_CODE(operation.run(store), CONNECTOR_NOT_CONNECTED);
    EXPECT_EQ(store.host().metric(2), double(operations().size()))
        << "lost connections are counted";
  }
}

TEST(RedisProtocol, Too_few_replies_end_at_the_time_limit_and_decide_nothing) {
  int answered = 0;
  FakeRedis server([&](int, const Command& command) -> Bytes {
    if (!is_claim(command)) return std::nullopt;
    return answered++ < 2 ? "$4\r\ndone\r\n" : "";
  });
  Store store(server.address());
  store.open();
  const Answer answer = store.claim({"s:1", "s:2", "s:3"}, 200);
  EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
  EXPECT_LT(answer.took.count(), 5000);
}

TEST(RedisProtocol, A_reply_too_many_makes_all_of_them_doubtful) {
  FakeRedis server(always("$4\r\ndone\r\n$4\r\ndone\r\n"));
  Store store(server.address());
  store.open();
  EXPECT_CODE(store.claim({"s:1"}), CONNECTOR_NOT_CONNECTED);
}

TEST(RedisProtocol, A_late_reply_is_never_read_as_the_answer_of_another_call) {
  FakeRedis server([&](int connection, const Command& command) -> Bytes {
    if (!is_claim(command)) return std::nullopt;
    return connection == 0 ? "" : "$-1\r\n";
  });
  Store store(server.address());
  store.open();
  EXPECT_CODE(store.claim({"s:done"}, 100), CONNECTOR_RETRIABLE);
  server.send(0, "$4\r\ndone\r\n");
  EXPECT_EQ(store.claim({"s:new"}).states, std::vector<int>{is_new});
  EXPECT_EQ(server.connections(), 2);
}

TEST(RedisProtocol, What_arrives_unasked_is_never_read_as_an_answer) {
  FakeRedis server(always("$-1\r\n"));
  Store store(server.address());
  store.open();
  server.send(0, "$4\r\ndone\r\n");
  EXPECT_EQ(store.claim({"s:1"}).states, std::vector<int>{is_new});
}

TEST(RedisProtocol, What_is_not_the_protocol_is_not_connected_and_suggests_tls) {
  FakeRedis server([](int, const Command&) { return Bytes("\x15\x03\x01\x00\x02\x02\x50"); });
  Store store(server.address());
  const Answer answer = store.open();
  EXPECT_CODE(answer, CONNECTOR_NOT_CONNECTED);
  EXPECT_TRUE(contains(answer.message, "tls: true")) << answer.message;
}

TEST(RedisProtocol, A_server_that_never_answers_costs_the_time_for_connecting) {
  FakeRedis server([](int, const Command&) { return Bytes(""); });
  Store store(server.address(), {{"connect_timeout", "100ms"}});
  for (const Answer& answer : {store.open(60'000), store.check(60'000)}) {
    EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
    EXPECT_LT(answer.took.count(), 5000);
  }
}

TEST(RedisProtocol, Cancel_ends_open) {
  FakeRedis server([](int, const Command&) { return Bytes(""); });
  Store store(server.address(), {{"connect_timeout", "60s"}});
  Answer answer;
  std::thread opening([&] { answer = store.open(60'000); });
  EXPECT_TRUE(eventually([&] { return server.connections() == 1; }));
  store.cancel();
  opening.join();
  EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
  EXPECT_LT(answer.took.count(), 20'000);
}

// Every byte comes in time for a limit of each read; the limit is of the call.
TEST(RedisProtocol, A_reply_that_trickles_ends_at_the_time_limit) {
  std::atomic<bool> over = false;
  FakeRedis* raw = nullptr;
  FakeRedis server([&](int connection, const Command& command) -> Bytes {
    if (!is_claim(command)) return std::nullopt;
    raw->send(connection, "$1000000\r\n");
    while (!over) raw->send(connection, "x");
    return "";
  });
  raw = &server;
  Store store(server.address());
  store.open();
  const Answer answer = store.claim({"s:1"}, 200);
  over = true;
  EXPECT_TRUE(answer.code == CONNECTOR_RETRIABLE || contains(answer.message, "wrong type") ||
              answer.code == CONNECTOR_NOT_CONNECTED)
      << answer.message;
  EXPECT_LT(answer.took.count(), 5000);
}

TEST(RedisProtocol, An_answer_without_end_is_cut_off) {
  for (const std::string& start :
       {std::string("$2000000000\r\n"), std::string("*2000000000\r\n")}) {
    std::atomic<bool> over = false;
    FakeRedis* raw = nullptr;
    const std::string more = start[0] == '$' ? std::string(1 << 16, 'x') : std::string([] {
      std::string out;
      for (int i = 0; i < 10'000; ++i) out += ":1\r\n";
      return out;
    }());
    FakeRedis server([&](int connection, const Command& command) -> Bytes {
      if (!is_claim(command)) return std::nullopt;
      raw->send(connection, start);
      for (int i = 0; i < 100'000 && !over; ++i) raw->send(connection, more);
      return "";
    });
    raw = &server;
    Store store(server.address());
    store.open();
    const Answer answer = store.claim({"s:1"}, 60'000);
    over = true;
    EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
    EXPECT_TRUE(contains(answer.message, "key_template")) << answer.message;
  }
}

// SET says that the claim is ours; before its lease is extended it ends. What the script finds then
// is what counts.
TEST(RedisProtocol, An_own_claim_whose_lease_ends_meanwhile_is_judged_anew) {
  const std::pair<const char*, int> rows[] = {{own_claim, is_new},
                                              {"$-1\r\n", is_new},
                                              {"$7\r\nclaim:b\r\n", held},
                                              {"$4\r\ndone\r\n", done}};
  for (const auto& [found, state] : rows) {
    FakeRedis server([&](int, const Command& command) -> Bytes {
      if (is_claim(command)) return command[1] == "connector-host:s:own" ? own_claim : "$-1\r\n";
      return is_script(command) ? Bytes(found) : std::nullopt;
    });
    Store store(server.address());
    store.open();
    EXPECT_EQ(store.claim({"s:1", "s:own", "s:2"}).states,
              (std::vector<int>{is_new, state, is_new}))
        << found;
  }
  FakeRedis server([&](int, const Command& command) -> Bytes {
    if (is_claim(command)) return own_claim;
    return is_script(command) ? Bytes("$5\r\nother\r\n") : std::nullopt;
  });
  Store store(server.address());
  store.open();
  EXPECT_CODE(store.claim({"s:1"}), CONNECTOR_BAD_CONFIG);
}

TEST(RedisProtocol, A_server_that_repeats_the_password_in_an_error_does_not_get_it_into_a_message) {
  FakeRedis server([](int, const Command& command) {
    return command[0] == "AUTH"
               ? Bytes("-ERR unknown command 'AUTH', with args beginning with: 'canary'\r\n")
               : std::nullopt;
  });
  Store store(server.address(), {{"password", "canary"}});
  const Answer answer = store.open();
  EXPECT_CODE(answer, CONNECTOR_BAD_CONFIG);
  EXPECT_FALSE(contains(answer.message, "canary")) << answer.message;
}

// A server of three pages, of which the second one never comes at first.
class Pages {
 public:
  Bytes answer(const Command& command) {
    std::lock_guard lock(mutex_);
    if (command[0] == "INFO") return "$" + std::to_string(info_.size()) + "\r\n" + info_ + "\r\n";
    if (command[0] != "SCAN") return std::nullopt;
    cursors_.push_back(command[1]);
    if (command[1] == "0") return "*2\r\n$2\r\n17\r\n*0\r\n";
    if (command[1] == "17") return stuck_ ? "" : "*2\r\n$1\r\n5\r\n*0\r\n";
    return "*2\r\n$1\r\n0\r\n*0\r\n";
  }
  void restart(const std::string& run_id) {
    std::lock_guard lock(mutex_);
    info_ =
        "# Server\r\nredis_version:7.0.0\r\n" + (run_id.empty() ? "" : "run_id:" + run_id + "\r\n");
  }
  void go_on() {
    std::lock_guard lock(mutex_);
    stuck_ = false;
  }
  // The cursors that were asked for since the last time.
  std::vector<std::string> take_cursors() {
    std::lock_guard lock(mutex_);
    return std::exchange(cursors_, {});
  }

 private:
  std::mutex mutex_;  // guards all below
  std::string info_;
  std::vector<std::string> cursors_;
  bool stuck_ = true;
};

TEST(RedisProtocol, Clearing_goes_on_where_the_last_call_for_the_scope_ended) {
  Pages pages;
  pages.restart("first");
  FakeRedis server([&](int, const Command& command) { return pages.answer(command); });
  Store store(server.address());
  ASSERT_EQ(store.open().code, CONNECTOR_OK);
  EXPECT_CODE(store.clear("s", 200), CONNECTOR_RETRIABLE);
  EXPECT_EQ(pages.take_cursors(), (std::vector<std::string>{"0", "17"}));
  EXPECT_CODE(store.clear("s", 200), CONNECTOR_RETRIABLE);
  EXPECT_EQ(pages.take_cursors(), std::vector<std::string>{"17"});
  pages.go_on();
  EXPECT_CODE(store.clear("other"), CONNECTOR_OK);
  EXPECT_EQ(pages.take_cursors(), (std::vector<std::string>{"0", "17", "5"}))
      << "another scope begins at its beginning";
  EXPECT_CODE(store.clear("s"), CONNECTOR_OK);
  EXPECT_EQ(pages.take_cursors(), (std::vector<std::string>{"17", "5"}));
  EXPECT_CODE(store.clear("s"), CONNECTOR_OK);
  EXPECT_EQ(pages.take_cursors(), (std::vector<std::string>{"0", "17", "5"}))
      << "one that came to the end begins anew";
}

// A cursor is a place in the hash table of one process. Another one would leave keys out.
TEST(RedisProtocol, Clearing_begins_anew_on_a_server_that_is_another_one_or_does_not_say) {
  for (const char* const later : {"second", ""}) {
    Pages pages;
    pages.restart(*later ? "first" : "");
    FakeRedis server([&](int, const Command& command) { return pages.answer(command); });
    Store store(server.address());
    ASSERT_EQ(store.open().code, CONNECTOR_OK);
    EXPECT_CODE(store.clear("s", 200), CONNECTOR_RETRIABLE);
    pages.take_cursors();
    pages.restart(later);
    pages.go_on();
    EXPECT_CODE(store.clear("s"), CONNECTOR_OK);
    EXPECT_EQ(pages.take_cursors(), (std::vector<std::string>{"0", "17", "5"}));
  }
}

TEST(RedisProtocol, A_name_is_looked_up) {
  FakeRedis server(always("$-1\r\n"));
  Store store("localhost" + server.address().substr(9));
  EXPECT_CODE(store.open(), CONNECTOR_OK);
}

}  // namespace
}  // namespace connector_tests
