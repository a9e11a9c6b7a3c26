// The file source through its C table: lines, positions that survive restarts, standard input, and
// its refusals.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <connector/testing/exported_symbols.hpp>
#include <connector/testing/source_conformance.hpp>
#include <connector/testing/with_defaults.hpp>

#include <memory>
#include <string>
#include <vector>

#include "tests/plugins/file/scratch_directory.hpp"
#include "tests/plugins/file/shipped_source.hpp"

namespace {

using namespace connector::testing;
using connector::text;
using file_test::file_source;
using Values = std::vector<std::string>;

std::string source_config(const std::string& path, Settings settings = {}) {
  settings["path"] = path;
  return with_defaults(file_source(), std::move(settings));
}

// Reads to the end, acknowledging everything.
Values rest_of(SourceTrial& source) {
  Values all;
  for (;;) {
    Lease lease;
    const connector_code code = source.poll(lease, 100, 2000);
    for (auto& value : lease.values()) all.push_back(std::move(value));
    source.ack(lease.positions());
    if (code == CONNECTOR_END) return all;
  }
}

// A run of a whole instance, from open to close.
Values run(const std::string& json, std::shared_ptr<FakeHost> host) {
  SourceTrial source(file_source(), json, std::move(host));
  source.open();
  return rest_of(source);
}

std::string open_refusal(const std::string& json, connector_code expected) {
  FakeHost host;
  SourceDriver driver(file_source(), json, host);
  TestCall call;
  EXPECT_EQ(driver.open(call), expected);
  return call.message();
}

class FileSource : public ::testing::Test {
 protected:
  ScratchDirectory scratch_;
  std::string path_ = scratch_.file("in.jsonl");
  std::shared_ptr<FakeHost> host_ = std::make_shared<FakeHost>();
};

TEST_F(FileSource, The_library_exports_one_symbol) {
  EXPECT_EQ(exported_symbols(PLUGIN_FILE), std::vector<std::string>{CONNECTOR_PLUGIN_SYMBOL});
}

TEST_F(FileSource, Every_line_is_a_record_also_the_last_one_without_a_newline) {
  append_text(path_, "{\"event_id\":\"1\"}\n\ncr\r\nlast");
  EXPECT_EQ(run(source_config(path_), host_), (Values{"{\"event_id\":\"1\"}", "", "cr\r", "last"}));
}

TEST_F(FileSource, An_empty_file_is_at_its_end) {
  append_text(path_, "");
  EXPECT_EQ(run(source_config(path_), host_), Values{});
}

TEST_F(FileSource, Records_have_no_id_and_no_key_and_headers_only_when_asked) {
  append_text(path_, "one\ntwo\n");
  SourceTrial source(file_source(), source_config(path_, {{"headers", "true"}}));
  source.open();
  const Lease lease = source.take(10);
  ASSERT_EQ(lease.size(), 2u);
  EXPECT_TRUE(connector::is_null(lease[0].id));
  EXPECT_TRUE(connector::is_null(lease[0].key));
  ASSERT_EQ(lease[1].header_count, 2u);
  EXPECT_EQ(text(lease[1].headers[0].value), path_);
  EXPECT_EQ(text(lease[1].headers[1].name), "file.offset");
  EXPECT_EQ(text(lease[1].headers[1].value), "4");
}

TEST_F(FileSource, A_large_file_comes_whole_and_in_order) {
  std::string all;
  for (int i = 0; i < 50'000; ++i)
    all += "line " + std::to_string(i) + std::string(std::size_t(i % 50), '.') + "\n";
  append_text(path_, all);
  std::string got;
  for (const auto& line : run(source_config(path_), host_)) got += line + "\n";
  EXPECT_TRUE(got == all);
}

TEST_F(FileSource, A_second_run_goes_on_where_the_first_one_ended) {
  append_text(path_, "1\n2\n");
  EXPECT_EQ(run(source_config(path_), host_), (Values{"1", "2"}));
  EXPECT_EQ(run(source_config(path_), host_), Values{});
  append_text(path_, "3\n");
  EXPECT_EQ(run(source_config(path_), host_), Values{"3"});
}

TEST_F(FileSource, Only_the_settled_beginning_counts_as_read) {
  append_text(path_, "1\n2\n3\n4\n");
  {
    SourceTrial source(file_source(), source_config(path_), host_);
    source.open();
    const Lease lease = source.take(4);
    source.ack({lease[0].position, lease[2].position});  // 2 is still in flight when the host goes
  }
  EXPECT_EQ(run(source_config(path_), host_), (Values{"2", "3", "4"}));
}

TEST_F(FileSource, A_half_line_that_was_handed_out_at_the_end_comes_whole_once_it_is) {
  append_text(path_, "1\nhal");
  EXPECT_EQ(run(source_config(path_), host_), (Values{"1", "hal"}));
  EXPECT_EQ(run(source_config(path_), host_), Values{});
  append_text(path_, "f\n2\n");
  EXPECT_EQ(run(source_config(path_), host_), (Values{"half", "2"}));
}

TEST_F(FileSource, A_last_line_that_only_gets_its_newline_does_not_come_again) {
  append_text(path_, "1\nlast");
  EXPECT_EQ(run(source_config(path_), host_), (Values{"1", "last"}));
  append_text(path_, "\n2\n");
  EXPECT_EQ(run(source_config(path_), host_), Values{"2"});
}

TEST_F(FileSource, A_file_that_was_replaced_since_is_read_from_its_start) {
  append_text(path_, "old 1\nold 2\n");
  run(source_config(path_), host_);
  std::filesystem::remove(path_);
  append_text(path_, "new 1\nnew 2\nnew 3\n");
  EXPECT_EQ(run(source_config(path_), host_), (Values{"new 1", "new 2", "new 3"}));
}

TEST_F(FileSource, A_position_of_another_path_is_not_used) {
  append_text(path_, "1\n");
  run(source_config(path_), host_);
  const std::string other = scratch_.file("other.jsonl");
  append_text(other, "1\n2\n");
  EXPECT_EQ(run(source_config(other), host_), (Values{"1", "2"}));
}

TEST_F(FileSource, The_end_waits_for_what_is_in_flight_and_a_returned_line_comes_again) {
  append_text(path_, "1\n2\n");
  SourceTrial source(file_source(), source_config(path_), host_);
  source.open();
  const Lease lease = source.take(10);
  Lease none;
  EXPECT_EQ(source.poll(none, 10, 10), CONNECTOR_OK);
  source.nack({lease[1].position}, 1);
  source.nack({lease[0].position}, 0);
  const Lease again = source.take(10);
  EXPECT_EQ(again.values(), Values{"2"});
  EXPECT_EQ(again[0].delivery_count, 1u);
  source.ack(again.positions());
  Lease end;
  EXPECT_EQ(source.poll(end, 10, 10), CONNECTOR_END);
}

TEST_F(
    FileSource,
    A_line_over_the_limit_is_handed_out_as_unreadable_with_its_beginning_and_a_note_of_its_place) {
  append_text(path_, "{\"a\":1}\n{\"event_id\":\"x\",\"data\":\"0123456789\"}\nok\n");
  SourceTrial source(file_source(), source_config(path_, {{"max_line_bytes", "16B"}}), host_);
  source.open();
  const Lease lease = source.take(10);
  const Values values = lease.values();
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(lease[0].flags, 0u);
  EXPECT_EQ(lease[1].flags, std::uint32_t(CONNECTOR_UNREADABLE));
  EXPECT_EQ(values[1], "{\"event_id\":\"x\",");
  EXPECT_EQ(connector::text(lease[1].origin->reason),
            "the line at byte 8 of '" + path_ + "' has 36 bytes, more than max_line_bytes (16)");
  EXPECT_EQ(values[2], "ok");
  EXPECT_EQ(host_->metric(0), 1);
  source.nack({lease[1].position}, 1);
  const Lease again = source.take(10);
  EXPECT_EQ(again[0].flags,
            std::uint32_t(CONNECTOR_UNREADABLE) | std::uint32_t(CONNECTOR_REDELIVERED));
}

TEST_F(FileSource, A_line_over_the_limit_may_stop_the_task_and_nothing_is_passed_over) {
  append_text(path_, "1\n0123456789\n2\n");
  const std::string strict =
      source_config(path_, {{"max_line_bytes", "4B"}, {"on_long_line", "fail"}});
  {
    SourceTrial source(file_source(), strict, host_);
    source.open();
    Lease lease;
    source.poll(lease, 1, 100);
    source.ack(lease.positions());
    TestCall call;
    Lease none;
    EXPECT_EQ(source.ops().poll(source.self(), 10, 1000, none.raw(), call), CONNECTOR_FATAL);
    EXPECT_NE(call.message().find("raise max_line_bytes"), std::string::npos);
  }
  EXPECT_EQ(run(source_config(path_), host_), (Values{"0123456789", "2"}));
}

TEST_F(FileSource, What_cannot_be_read_is_refused_with_the_reason) {
  EXPECT_NE(open_refusal(source_config(path_), CONNECTOR_BAD_CONFIG).find("there is no file"),
            std::string::npos);
  EXPECT_NE(
      open_refusal(source_config(scratch_.path()), CONNECTOR_BAD_CONFIG).find("not a regular file"),
      std::string::npos);
  EXPECT_NE(
      open_refusal(source_config(path_, {{"follow", "true"}}), CONNECTOR_NOT_CONNECTED).find("yet"),
      std::string::npos);
}

TEST_F(FileSource, A_check_says_of_a_file_what_a_run_would_say) {
  const auto refusals = [&](const Settings& settings) {
    SourceDriver driver(file_source(), source_config(path_, settings), *host_);
    TestCall check, open;
    EXPECT_EQ(driver.lifecycle().check(driver.self(), check), driver.open(open));
    EXPECT_EQ(check.message(), open.message());
    return check.message();
  };
  EXPECT_NE(refusals({{"follow", "false"}}).find("set follow: true"), std::string::npos);
  EXPECT_NE(refusals({{"follow", "true"}}).find("yet"), std::string::npos);
  append_text(path_, "1\n");
  EXPECT_EQ(refusals({}), "");
  std::filesystem::rename(path_, path_ + ".1");
  EXPECT_EQ(refusals({}), "");  // it is found where it was rotated to
}

TEST_F(FileSource, Options_that_make_no_sense_together_are_refused) {
  const auto refusal = [](const std::string& json) {
    FakeHost host;
    TestCall call;
    EXPECT_EQ(file_source().create(host.raw(), connector::view(json), call), nullptr);
    return call.message();
  };
  EXPECT_NE(refusal(source_config("-", {{"follow", "true"}})).find("standard input"),
            std::string::npos);
  EXPECT_NE(refusal(source_config(path_, {{"start", "end"}})).find("follow: true"),
            std::string::npos);
  EXPECT_NE(refusal(source_config("")).find("path is empty"), std::string::npos);
}

// Standard input of this process, replaced by a pipe for a while.
class FileSourceOfStandardInput : public FileSource {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    before_ = ::dup(STDIN_FILENO);
    ASSERT_EQ(::dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ::close(ends[0]);
    writer_ = ends[1];
  }
  void TearDown() override {
    close_writer();
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }
  void put(std::string_view text) const {
    ASSERT_EQ(::write(writer_, text.data(), text.size()), ssize_t(text.size()));
  }
  void close_writer() {
    if (writer_ >= 0) ::close(std::exchange(writer_, -1));
  }

 private:
  int before_ = -1, writer_ = -1;
};

TEST_F(FileSourceOfStandardInput, Lines_come_as_they_are_written_and_the_end_with_its_writer) {
  SourceTrial source(file_source(), source_config("-"), host_);
  source.open();
  put("1\n2");
  const Lease first = source.take(10);
  EXPECT_EQ(first.values(), Values{"1"});
  put("\nrest");
  EXPECT_EQ(source.take(10).values(), Values{"2"});
  close_writer();
  const Lease rest = source.take(10);
  EXPECT_EQ(rest.values(), Values{"rest"});
  EXPECT_TRUE(host_->state().empty());
}

TEST_F(FileSourceOfStandardInput, What_was_not_settled_comes_again_after_a_reopening) {
  SourceTrial source(file_source(), source_config("-"), host_);
  source.open();
  put("1\n2\n3\n");
  const Lease lease = source.take(10);
  source.ack({lease[1].position});
  source.close();
  source.open();
  close_writer();
  EXPECT_EQ(rest_of(source), (Values{"1", "3"}));
}

class FileSourceConformance : public ::testing::TestWithParam<SourceRule> {};

TEST_P(FileSourceConformance, Holds) {
  const ScratchDirectory scratch;
  const std::string path = scratch.file("in.jsonl");
  SourceSubject subject{file_source(), source_config(path, {{"follow", "true"}}),
                        [&] { append_text(path, "1\n2\n3\n4\n"); }};
  ASSERT_NO_THROW(GetParam().check(subject));
}

INSTANTIATE_TEST_SUITE_P(Rules, FileSourceConformance, ::testing::ValuesIn(source_rules()),
                         [](const auto& rule) { return std::string(rule.param.name); });

}  // namespace
