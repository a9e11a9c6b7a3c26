// The file sink through its C table: whole lines or none, what delivered means, and what happens
// when the disk is full, the file goes away or nobody reads standard output.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>
#include <connector/testing/sink_conformance.hpp>
#include <connector/testing/with_defaults.hpp>

#include <filesystem>
#include <future>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/plugins/file/scratch_directory.hpp"

namespace {

using namespace connector::testing;

const connector_component& file_sink() {
  static const PluginUnderTest plugin(PLUGIN_FILE);
  return plugin.component(CONNECTOR_SINK, "file");
}

std::string config(const std::string& path, Settings settings = {}) {
  settings["path"] = path;
  return with_defaults(file_sink(), std::move(settings));
}

class FileSink : public ::testing::Test {
 protected:
  connector_code open(const std::string& json, std::string& message) const {
    FakeHost host;
    SinkDriver driver(file_sink(), json, host);
    TestCall call;
    const connector_code code = driver.open(call);
    message = call.message();
    return code;
  }

  ScratchDirectory scratch_;
  std::string path_ = scratch_.file("out.jsonl");
};

TEST_F(FileSink, Values_become_lines_behind_what_is_there) {
  append_text(path_, "before\n");
  SinkTrial sink(file_sink(), config(path_));
  sink.open();
  SinkBatch batch({"one", "", "three"});
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
  EXPECT_EQ(text_of(path_), "before\none\n\nthree\n");
  EXPECT_EQ(sink.host().metric(0), 11);
}

TEST_F(FileSink, As_json_every_record_has_a_line_also_one_with_newlines_or_without_a_value) {
  SinkTrial sink(file_sink(), config(path_, {{"format", "json"}}));
  sink.open();
  SinkBatch batch({"a\nb", "gone"});
  batch.record(1).value = connector::null_view();
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
  EXPECT_EQ(text_of(path_),
            "{\"key\":\"key\",\"value\":\"a\\nb\"}\n{\"key\":\"key\",\"value\":null}\n");
}

TEST_F(FileSink, A_value_that_would_be_two_lines_or_none_is_rejected_and_the_others_are_written) {
  SinkTrial sink(file_sink(), config(path_));
  sink.open();
  SinkBatch batch({"one", "two\nlines", "gone", "four"});
  batch.record(2).value = connector::null_view();
  TestCall call;
  EXPECT_EQ(sink.write(batch, call), CONNECTOR_OK);
  EXPECT_EQ(batch.code(0), CONNECTOR_OK);
  EXPECT_EQ(batch.code(1), CONNECTOR_REJECTED);
  EXPECT_EQ(batch.code(2), CONNECTOR_REJECTED);
  EXPECT_EQ(batch.code(3), CONNECTOR_OK);
  EXPECT_NE(call.reason(1).find("format: json"), std::string::npos);
  EXPECT_EQ(text_of(path_), "one\nfour\n");
}

TEST_F(FileSink, Large_batches_are_written_in_parts_and_whole) {
  SinkTrial sink(file_sink(), config(path_));
  sink.open();
  std::vector<std::string> values(50, std::string(100'000, 'x'));
  SinkBatch batch(values);
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
  EXPECT_EQ(std::filesystem::file_size(path_), 50u * 100'001u);
}

TEST_F(FileSink, Lanes_and_instances_side_by_side_never_mix_their_lines) {
  SinkTrial first(file_sink(), config(path_, {{"sync", "never"}})),
      second(file_sink(), config(path_, {{"sync", "never"}}));
  first.open();
  second.open();
  const auto write = [](SinkTrial& sink, char letter) {
    for (int turn = 0; turn < 50; ++turn) {
      SinkBatch batch(std::vector<std::string>(20, std::string(500, letter)));
      ASSERT_EQ(sink.write(batch), CONNECTOR_OK);
      ASSERT_TRUE(batch.all(CONNECTOR_OK));
    }
  };
  std::vector<std::future<void>> lanes;
  lanes.push_back(std::async(std::launch::async, write, std::ref(first), 'a'));
  lanes.push_back(std::async(std::launch::async, write, std::ref(first), 'b'));
  lanes.push_back(std::async(std::launch::async, write, std::ref(second), 'c'));
  for (auto& lane : lanes) lane.get();
  std::map<std::string, int> lines;
  std::istringstream text(text_of(path_));
  for (std::string line; std::getline(text, line);) ++lines[line];
  EXPECT_EQ(lines, (std::map<std::string, int>{{std::string(500, 'a'), 1000},
                                               {std::string(500, 'b'), 1000},
                                               {std::string(500, 'c'), 1000}}));
}

TEST_F(FileSink, A_last_line_without_a_newline_is_ended_and_not_cut_off) {
  append_text(path_, "half");
  SinkTrial sink(file_sink(), config(path_));
  sink.open();
  SinkBatch batch({"one"});
  sink.write(batch);
  EXPECT_EQ(text_of(path_), "half\none\n");
  EXPECT_EQ(sink.host().logged().size(), 1u);
}

// A limit on the size of files stands in for a full disk: write(2) takes what fits and then fails.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    before_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, before_handler_);
  }

 private:
  rlimit before_{};
  sighandler_t before_handler_ = SIG_DFL;
};

TEST_F(FileSink, A_disk_that_fills_up_leaves_whole_lines_and_the_rest_is_tried_again) {
  SinkTrial sink(file_sink(), config(path_));
  sink.open();
  SinkBatch batch({"0123456789", "0123456789", "0123456789", "0123456789"});
  TestCall call;
  {
    const FileSizeLimit full(25);
    EXPECT_EQ(sink.write(batch, call), CONNECTOR_OK);
  }
  EXPECT_EQ(batch.code(0), CONNECTOR_OK);
  EXPECT_EQ(batch.code(1), CONNECTOR_OK);
  EXPECT_EQ(batch.code(2), CONNECTOR_RETRIABLE);
  EXPECT_FALSE(batch.maybe_delivered(2)) << "the half line was cut off";
  EXPECT_EQ(batch.code(3), CONNECTOR_RETRIABLE);
  EXPECT_NE(call.reason(2).find(path_), std::string::npos);
  EXPECT_EQ(text_of(path_), "0123456789\n0123456789\n");
  SinkBatch rest({"again 2", "again 3"});
  EXPECT_EQ(sink.write(rest), CONNECTOR_OK);
  EXPECT_TRUE(rest.all(CONNECTOR_OK));
  EXPECT_EQ(text_of(path_), "0123456789\n0123456789\nagain 2\nagain 3\n");
}

TEST_F(FileSink, A_file_that_was_removed_under_it_is_not_delivered_to) {
  SinkTrial sink(file_sink(), config(path_));
  sink.open();
  std::filesystem::remove(path_);
  SinkBatch lost({"one"});
  TestCall call;
  EXPECT_EQ(sink.write(lost, call), CONNECTOR_NOT_CONNECTED);
  EXPECT_EQ(lost.code(0), CONNECTOR_RETRIABLE);
  EXPECT_TRUE(lost.maybe_delivered(0));
  sink.close();
  sink.open();
  SinkBatch again({"one"});
  EXPECT_EQ(sink.write(again), CONNECTOR_OK);
  EXPECT_EQ(text_of(path_), "one\n");
}

TEST_F(FileSink, Another_process_that_keeps_the_file_locked_costs_no_more_than_the_time_limit) {
  SinkTrial sink(file_sink(), config(path_));
  sink.open();
  const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  SinkBatch batch({"one"});
  EXPECT_EQ(sink.write(batch, 50), CONNECTOR_OK);
  EXPECT_EQ(batch.code(0), CONNECTOR_RETRIABLE);
  EXPECT_FALSE(batch.maybe_delivered(0));
  ::close(fd);
  SinkBatch again({"one"});
  sink.write(again);
  EXPECT_EQ(text_of(path_), "one\n");
}

TEST_F(FileSink, What_cannot_be_written_is_refused_with_the_reason) {
  std::string message;
  EXPECT_EQ(open(config(scratch_.file("no/such/place")), message), CONNECTOR_BAD_CONFIG);
  EXPECT_NE(message.find("create the directory"), std::string::npos);
  EXPECT_EQ(open(config("/dev/null"), message), CONNECTOR_BAD_CONFIG);
  EXPECT_NE(message.find("not a regular file"), std::string::npos);
  EXPECT_EQ(open(config(scratch_.path()), message), CONNECTOR_BAD_CONFIG);
}

TEST_F(FileSink, Check_does_not_create_the_file) {
  SinkTrial sink(file_sink(), config(path_));
  TestCall call;
  EXPECT_EQ(sink.ops().lifecycle->check(sink.self(), call), CONNECTOR_OK);
  EXPECT_FALSE(std::filesystem::exists(path_));
  SinkTrial nowhere(file_sink(), config(scratch_.file("no/such/place")));
  EXPECT_EQ(nowhere.ops().lifecycle->check(nowhere.self(), call), CONNECTOR_BAD_CONFIG);
}

// Standard output of this process, replaced by a pipe for a while.
class FileSinkToStandardOutput : public FileSink {
 protected:
  void SetUp() override {
    ::fflush(stdout);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    before_ = ::dup(STDOUT_FILENO);
    ASSERT_EQ(::dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    ::close(ends[1]);
    reader_ = ends[0];
  }
  void TearDown() override {
    ::dup2(before_, STDOUT_FILENO);
    ::close(before_);
    close_reader();
  }
  std::string read_lines(std::size_t bytes) const {
    std::string text(bytes, '\0');
    std::size_t done = 0;
    while (done < bytes) {
      const ssize_t got = ::read(reader_, text.data() + done, bytes - done);
      if (got <= 0) break;
      done += std::size_t(got);
    }
    return text.substr(0, done);
  }
  void close_reader() {
    if (reader_ >= 0) ::close(std::exchange(reader_, -1));
  }

 private:
  int before_ = -1, reader_ = -1;
};

TEST_F(FileSinkToStandardOutput, Lines_arrive) {
  SinkTrial sink(file_sink(), config("-"));
  sink.open();
  SinkBatch batch({"one", "two"});
  EXPECT_EQ(sink.write(batch), CONNECTOR_OK);
  EXPECT_TRUE(batch.all(CONNECTOR_OK));
  EXPECT_EQ(read_lines(8), "one\ntwo\n");
}

TEST_F(FileSinkToStandardOutput,
       A_reader_that_does_not_read_costs_no_more_than_the_time_limit_and_gets_whole_lines) {
  SinkTrial sink(file_sink(), config("-"));
  sink.open();
  const std::string line(10'000, 'x');
  SinkBatch batch(std::vector<std::string>(100, line));
  EXPECT_EQ(sink.write(batch, 100), CONNECTOR_OK);
  std::size_t delivered = 0, torn = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    delivered += batch.code(i) == CONNECTOR_OK;
    torn += batch.maybe_delivered(i);
  }
  EXPECT_GT(delivered, 0u);
  EXPECT_LT(delivered, 100u);
  EXPECT_LE(torn, 1u);
  auto reader = std::async(std::launch::async,
                           [&] { return read_lines((delivered + torn) * (line.size() + 1) + 6); });
  sink.close();
  sink.open();  // the half line is completed even after a reopening
  SinkBatch next({"after"});
  EXPECT_EQ(sink.write(next), CONNECTOR_OK);
  std::string expected;
  for (std::size_t i = 0; i < delivered + torn; ++i) expected += line + "\n";
  EXPECT_TRUE(reader.get() == expected + "after\n");
}

TEST_F(FileSinkToStandardOutput, Cancel_ends_a_write_that_nobody_reads) {
  SinkTrial sink(file_sink(), config("-"));
  sink.open();
  SinkBatch batch(std::vector<std::string>(100, std::string(999, 'x')));
  auto canceller = std::async(std::launch::async, [&] { sink.cancel(); });
  const detail::Stopwatch watch;
  sink.write(batch, 60'000);
  canceller.get();
  EXPECT_LT(watch.passed(), detail::patience);
  batch.require_valid();
  auto reader = std::async(std::launch::async,
                           [&] { return read_lines(1 << 20); });  // until the pipe is closed below
  sink.open();
  SinkBatch end({"end"});
  EXPECT_EQ(sink.write(end), CONNECTOR_OK);
  ::close(STDOUT_FILENO);
  EXPECT_TRUE(reader.get().ends_with("\nend\n") || batch.all(CONNECTOR_RETRIABLE));
}

TEST_F(FileSinkToStandardOutput,
       A_reader_that_is_gone_stops_the_task_with_clear_words_and_without_a_signal) {
  SinkTrial sink(file_sink(), config("-"));
  sink.open();
  close_reader();
  SinkBatch batch({"one"});
  TestCall call;
  EXPECT_EQ(sink.write(batch, call), CONNECTOR_FATAL);
  EXPECT_NE(call.message().find("has closed it"), std::string::npos);
  EXPECT_EQ(batch.code(0), CONNECTOR_RETRIABLE);
}

class FileSinkConformance : public ::testing::TestWithParam<SinkRule> {};

TEST_P(FileSinkConformance, Holds) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("out.jsonl"), locked = scratch.file("locked.jsonl");
  append_text(locked, "");
  const int fd = ::open(locked.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);  // a write to it waits for ever
  SinkSubject subject{file_sink(), config(path), config(locked)};
  EXPECT_NO_THROW(GetParam().check(subject));
  ::close(fd);
}

INSTANTIATE_TEST_SUITE_P(Rules, FileSinkConformance, ::testing::ValuesIn(sink_rules()),
                         [](const auto& rule) { return std::string(rule.param.name); });

}  // namespace
