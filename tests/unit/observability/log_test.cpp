#include "host/observability/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <thread>

#include "host/observability/line_queue.hpp"
#include "tests/unit/observability/captured_lines.hpp"

namespace connector_host::observability {
namespace {

struct LogFixture {
  explicit LogFixture(LogFormat format = LogFormat::text, Level level = Level::debug)
      : log({level, format, captured.descriptor()}, scrubber) {}
  // All that was logged before.
  std::vector<std::string> lines() const {
    EXPECT_TRUE(log.flush(std::chrono::seconds(20)));
    return captured.lines();
  }
  std::string last() const {
    const auto all = lines();
    return all.empty() ? "" : all.back();
  }

  CapturedLines captured;
  std::shared_ptr<Scrubber> scrubber = std::make_shared<Scrubber>();
  Log log;
};

TEST(Log, Text_is_a_time_a_level_a_name_and_the_message) {
  LogFixture f;
  f.log.logger("runtime").info("started");
  EXPECT_TRUE(std::regex_match(
      f.last(), std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info  \[runtime\] started)")))
      << f.last();
  f.log.logger("runtime", {"rmq-to-kafka", 0}).warn("lost");
  EXPECT_TRUE(f.last().ends_with(" warn  [runtime] rmq-to-kafka/0: lost")) << f.last();
  f.log.logger("runtime").at({"rmq-to-kafka", {}}).error("gone");
  EXPECT_TRUE(f.last().ends_with(" error [runtime] rmq-to-kafka: gone")) << f.last();
}

TEST(Log, Times_are_in_UTC) {
  LogFixture f;
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();
  f.log.logger("a").info("now");
  unsetenv("TZ");
  tzset();
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char hour[32];
  std::strftime(hour, sizeof hour, "%Y-%m-%dT%H", &utc);
  std::tm written{};
  ASSERT_NE(strptime(f.last().c_str(), "%Y-%m-%dT%H:%M:%S", &written), nullptr);
  EXPECT_LT(std::abs(std::difftime(now, timegm(&written))), 60) << f.last() << " against " << hour;
}

TEST(Log, A_message_cannot_forge_a_line) {
  LogFixture f;
  f.log.logger("x\n[y]", {"a\nb", {}}).info("hello\n2026-01-01 error [runtime] forged\x1b[2J");
  ASSERT_EQ(f.lines().size(), 1u);
  EXPECT_TRUE(
      f.last().ends_with("[x__y_] a\\nb: hello\\n2026-01-01 error [runtime] forged\\x1b[2J"))
      << f.last();
}

TEST(Log, JSON_has_a_member_for_each) {
  LogFixture f(LogFormat::json);
  f.log.logger("plugin.kafka", {"rmq-to-kafka", 3}).warn("broker \"b\" is gone\n%v {}");
  const auto line = nlohmann::json::parse(f.last());
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["logger"], "plugin.kafka");
  EXPECT_EQ(line["connector"], "rmq-to-kafka");
  EXPECT_EQ(line["task"], 3);
  EXPECT_EQ(line["message"], "broker \"b\" is gone\n%v {}");
  EXPECT_TRUE(std::regex_match(line["ts"].get<std::string>(),
                               std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
  f.log.logger("a").info("b");
  EXPECT_EQ(nlohmann::json::parse(f.last()).size(), 4u);
}

TEST(Log, Any_bytes_make_valid_lines) {
  LogFixture json(LogFormat::json), text;
  std::mt19937 random(5);
  for (int i = 0; i < 300; ++i) {
    std::string bytes;
    for (unsigned n = random() % 60; n > 0; --n) bytes += char(random());
    json.log.logger("a", {bytes, {}}).info(bytes);
    text.log.logger("a", {bytes, {}}).info(bytes);
  }
  EXPECT_EQ(text.lines().size(), 300u);
  const auto lines = json.lines();
  ASSERT_EQ(lines.size(), 300u);
  for (const auto& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST(Log, Levels_are_a_tree_that_changes_at_run_time) {
  LogFixture f(LogFormat::text, Level::info);
  const Logger plugin = f.log.logger("plugin"), kafka = f.log.logger("plugin.kafka"),
               other = f.log.logger("plugins");
  EXPECT_FALSE(kafka.enabled(Level::debug));
  EXPECT_EQ(f.log.set_level("plugin", Level::debug),
            (std::vector<std::string>{"plugin", "plugin.kafka"}));
  EXPECT_TRUE(kafka.enabled(Level::debug));
  EXPECT_FALSE(other.enabled(Level::debug));
  EXPECT_TRUE(f.log.logger("plugin.redis").enabled(Level::debug))
      << "a new one has the level of the one above";
  EXPECT_EQ(f.log.set_level("plugin.kafka", Level::error).size(), 1u);
  EXPECT_TRUE(plugin.enabled(Level::info));
  kafka.warn("not written");
  EXPECT_TRUE(f.lines().empty());
  EXPECT_EQ(f.log.levels(), (std::map<std::string, Level>{{"plugin", Level::debug},
                                                          {"plugin.kafka", Level::error},
                                                          {"plugin.redis", Level::debug},
                                                          {"plugins", Level::info},
                                                          {"root", Level::info}}));
  EXPECT_TRUE(f.log.set_level("nobody", Level::debug).empty());
  EXPECT_EQ(f.log.set_level("root", Level::off).size(), 5u);
  kafka.error("not written");
  kafka.write(Level::off, "not written");
  EXPECT_TRUE(f.lines().empty());
}

TEST(Log, Words_for_levels_are_read_in_any_case) {
  EXPECT_EQ(parse_level("WARN"), Level::warn);
  EXPECT_EQ(parse_level("off"), Level::off);
  EXPECT_FALSE(parse_level("loud"));
  EXPECT_FALSE(parse_level(""));
}

TEST(Log, Secrets_do_not_get_out_in_any_part_of_a_line) {
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    LogFixture f(format);
    f.scrubber->add("pass\"word\n1");
    f.log.logger("a", {"pass\"word\n1", {}}).info("login with pass\"word\n1 failed");
    EXPECT_EQ(f.last().find("word"), std::string::npos) << f.last();
    EXPECT_NE(f.last().find("login with [hidden] failed"), std::string::npos) << f.last();
  }
}

TEST(Log, A_long_message_is_cut_after_its_secrets_are_hidden) {
  LogFixture f;
  f.scrubber->add("0123456789abcdef");
  f.log.logger("a").info(std::string(Log::longest_message - 8, 'x') + "0123456789abcdef" +
                         std::string(10'000, 'y'));
  EXPECT_LT(f.last().size(), Log::longest_message + 200);
  EXPECT_EQ(f.last().find("0123"), std::string::npos);
  EXPECT_NE(f.last().find("(cut, "), std::string::npos);
}

TEST(Log, A_limited_line_says_how_many_there_were) {
  LogFixture f;
  RateLimit::Clock::time_point now{};
  RateLimit limit({1, std::chrono::seconds(10)}, [&] { return now; });
  const Logger logger = f.log.logger("a");
  for (int i = 0; i < 5; ++i) logger.write(Level::warn, "again", limit, "here");
  now += std::chrono::seconds(10);
  logger.write(Level::warn, "again", limit, "here");
  ASSERT_EQ(f.lines().size(), 2u);
  EXPECT_TRUE(f.last().ends_with("again … and 4 more like this"));
}

TEST(Log, A_logger_may_outlive_its_log_and_one_without_a_log_says_nothing) {
  const CapturedLines captured;
  Logger late;
  late.error("nowhere");
  {
    Log log({Level::info, LogFormat::text, captured.descriptor()}, std::make_shared<Scrubber>());
    late = log.logger("late");
  }
  late.info("still here");
  late = Logger();  // the last one waits for its lines
  EXPECT_EQ(captured.lines().size(), 1u);
}

TEST(Log, Threads_do_not_mix_their_lines) {
  LogFixture f(LogFormat::json);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&f] {
      for (int i = 0; i < 200; ++i) f.log.logger("a").info("one line of many");
    });
  for (int i = 0; i < 200; ++i) f.log.set_level("root", i % 2 ? Level::debug : Level::info);
  for (auto& thread : threads) thread.join();
  const auto lines = f.lines();
  EXPECT_EQ(lines.size(), 800u);
  for (const auto& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

// In a child, so that a signal that does end the process is seen as such.
int end_of_child_that_logs_to(int descriptor, unsigned lost) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    Log log({Level::info, LogFormat::text, descriptor}, std::make_shared<Scrubber>());
    for (int i = 0; i < 3; ++i) log.logger("a").info("to nobody");
    _exit(log.flush(std::chrono::seconds(20)) && log.lost() == lost ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

TEST(Log, A_reader_that_has_gone_does_not_end_the_process) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  EXPECT_EQ(end_of_child_that_logs_to(ends[1], 3), 0);
  close(ends[1]);
}

TEST(Log, A_full_disk_and_a_closed_descriptor_do_not_end_the_process) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  EXPECT_EQ(end_of_child_that_logs_to(full, 3), 0);
  close(full);
  EXPECT_EQ(end_of_child_that_logs_to(full, 3), 0);
}

// A pipe whose reader does nothing until it is asked to.
struct StalledReader {
  explicit StalledReader(int flags = O_CLOEXEC) {
    EXPECT_EQ(pipe2(ends, flags), 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
  }
  ~StalledReader() {
    close(ends[0]);
    close(ends[1]);
  }
  // Until a line with this at its end has come.
  std::string read_to(const std::string& end) {
    std::string all, piece(1 << 16, '\0');
    for (const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
         !all.ends_with(end) && std::chrono::steady_clock::now() < limit;) {
      const ssize_t size = ::read(ends[0], piece.data(), piece.size());
      if (size > 0) all.append(piece, 0, std::size_t(size));
    }
    return all;
  }
  int ends[2];
};

// However the descriptor behaves: blocking, or made non-blocking by whoever shares it.
class StalledLog : public testing::TestWithParam<int> {};

TEST_P(StalledLog, Nobody_waits_and_what_was_lost_is_counted_and_said) {
  StalledReader reader(GetParam());
  Log log({Level::info, LogFormat::text, reader.ends[1]}, std::make_shared<Scrubber>());
  const std::string message(3'000, 'm');
  EXPECT_FALSE(log.stuck_since());
  std::uint64_t logged = 0;
  for (; log.lost() == 0; ++logged) log.logger("a").info(message);  // this ends: nothing waits
  EXPECT_GT(logged, 300u) << "a megabyte is kept for a reader that goes on";
  EXPECT_FALSE(log.flush(std::chrono::milliseconds(1)));
  EXPECT_TRUE(log.stuck_since());
  const std::string all =
      reader.read_to(" [log] 1 line was lost: the reader of the log was too slow\n");
  EXPECT_EQ(std::uint64_t(std::count(all.begin(), all.end(), '\n')), logged)
      << "all but one, and the line about it";
  EXPECT_TRUE(log.flush(std::chrono::seconds(20)));
  EXPECT_FALSE(log.stuck_since());
  log.logger("a").info("after");
  EXPECT_TRUE(reader.read_to("after\n").ends_with("Z info  [a] after\n"));
}

INSTANTIATE_TEST_SUITE_P(A_descriptor, StalledLog,
                         testing::Values(O_CLOEXEC, O_CLOEXEC | O_NONBLOCK), [](const auto& info) {
                           return info.param & O_NONBLOCK ? "that_is_non_blocking" : "that_blocks";
                         });

TEST(Log, A_log_whose_reader_never_goes_on_ends_all_the_same) {
  StalledReader reader;
  const auto begun = std::chrono::steady_clock::now();
  {
    Log log({Level::info, LogFormat::text, reader.ends[1]}, std::make_shared<Scrubber>());
    while (log.lost() == 0) log.logger("a").info(std::string(3'000, 'm'));
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begun, LineQueue::patience_at_end);
  reader.ends[1] = -1;  // the thread that is left behind has it
}

TEST(Log, It_leaves_errno_alone) {
  LogFixture f;
  errno = ENOENT;
  f.log.logger("a").info("looking for errno");
  EXPECT_EQ(errno, ENOENT);
}

}  // namespace
}  // namespace connector_host::observability
