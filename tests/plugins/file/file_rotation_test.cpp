// Following a file: more lines, rotation, emptying in place, a file that is not there yet, and a
// rotation while nobody was looking.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/plugins/file/followed_file.hpp"

namespace file_test {
namespace {

using connector::testing::TestCall;

TEST_F(FollowedFile, More_lines_come_and_a_half_line_waits_for_its_newline) {
  append_text(path_, "1\nha");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
  Lease none;
  EXPECT_EQ(source.poll(none, 10, 150), CONNECTOR_OK);
  EXPECT_EQ(none.size(), 0u);
  append_text(path_, "lf\n2\n");
  EXPECT_EQ(take(source, 2), (Values{"half", "2"}));
}

TEST_F(FollowedFile, A_rotated_file_is_read_to_its_end_and_then_its_successor) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
  append_text(path_, "2\nno newline");
  rotate();
  append_text(path_, "3\n");
  EXPECT_EQ(take(source, 3), (Values{"2", "no newline", "3"}));
  EXPECT_EQ(host_->metric(1), 1);
  append_text(path_, "4\n");
  EXPECT_EQ(take(source, 1), Values{"4"});
}

TEST_F(FollowedFile, A_rotated_file_is_read_on_for_a_moment) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config({{"rotate_wait", "400ms"}}), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
  rotate();
  append_text(path_, "3\n");
  Lease none;
  source.poll(none, 10, 150);  // the rotation is seen
  EXPECT_EQ(none.size(), 0u);
  append_text(path_ + ".1", "2\n");
  EXPECT_EQ(take(source, 2), (Values{"2", "3"}));
}

TEST_F(FollowedFile, A_line_of_a_rotated_file_can_be_returned_and_comes_again) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  const Lease held = source.take(1);
  rotate();
  append_text(path_, "2\n");
  EXPECT_EQ(take(source, 1), Values{"2"});
  std::filesystem::remove(path_ + ".1");
  source.nack(held.positions(), 1);
  EXPECT_EQ(take(source, 1), Values{"1"});
}

TEST_F(FollowedFile, A_rotation_while_nobody_was_looking_loses_nothing) {
  append_text(path_, "1\n2\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
  }
  append_text(path_, "3\n");
  rotate();
  append_text(path_, "4\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 3), (Values{"2", "3", "4"}));
}

TEST_F(FollowedFile, A_rotation_before_the_first_line_was_settled_loses_nothing_either) {
  append_text(path_, "1\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    const Lease lease = source.take(1);
  }
  rotate();
  append_text(path_, "2\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 2), (Values{"1", "2"}));
}

TEST_F(FollowedFile, Without_follow_a_rotated_rest_is_read_too_and_then_it_ends) {
  append_text(path_, "1\n2\n");
  {
    SourceTrial source(file_source(), config({{"follow", "false"}}), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
  }
  rotate();
  append_text(path_, "3\n");
  SourceTrial source(file_source(), config({{"follow", "false"}}), host_);
  source.open();
  EXPECT_EQ(take(source, 2), (Values{"2", "3"}));
  Lease end;
  EXPECT_EQ(source.poll(end, 10, 1000), CONNECTOR_END);
}

TEST_F(FollowedFile, A_file_that_was_emptied_is_read_from_its_start) {
  append_text(path_, "a first line\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"a first line"});
  std::filesystem::resize_file(path_, 0);
  append_text(path_, "new\n");
  EXPECT_EQ(take(source, 1), Values{"new"});
  append_text(path_, "newer\n");
  EXPECT_EQ(take(source, 1), Values{"newer"});
}

TEST_F(FollowedFile,
       A_line_that_is_returned_after_the_file_was_emptied_is_counted_as_lost_and_holds_nothing_up) {
  append_text(path_, "a first line\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  const Lease held = source.take(1);
  std::filesystem::resize_file(path_, 0);
  append_text(path_, "new\n");
  EXPECT_EQ(take(source, 1), Values{"new"});
  source.nack(held.positions(), 1);
  append_text(path_, "newer\n");
  EXPECT_EQ(take(source, 1), Values{"newer"});
  EXPECT_EQ(host_->metric(2), 1);
}

TEST_F(FollowedFile, Start_end_begins_with_the_next_whole_line) {
  append_text(path_, "old\nbegun");
  SourceTrial source(file_source(), config({{"start", "end"}}), host_);
  source.open();
  append_text(path_, " and done\nnew\n");
  EXPECT_EQ(take(source, 2), (Values{"begun and done", "new"}));
}

TEST_F(FollowedFile, Start_end_is_not_taken_anew_after_a_restart) {
  append_text(path_, "old\n");
  {
    SourceTrial source(file_source(), config({{"start", "end"}}), host_);
    source.open();
  }
  append_text(path_, "written while the host was down\n");
  SourceTrial source(file_source(), config({{"start", "end"}}), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"written while the host was down"});
}

TEST_F(FollowedFile, A_file_that_appears_later_is_read_from_its_start_even_with_start_end) {
  SourceTrial source(file_source(), config({{"start", "end"}}), host_);
  TestCall call;
  EXPECT_EQ(source.ops().lifecycle->open(source.self(), call), CONNECTOR_NOT_CONNECTED);
  source.close();
  append_text(path_, "1\n");
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
}

TEST_F(FollowedFile, Another_task_is_refused) {
  FakeHost host;
  connector_host_api second = *host.raw();
  second.instance = connector::view("tail/1");
  TestCall call;
  const std::string json = config();
  EXPECT_EQ(file_source().create(&second, connector::view(json), call), nullptr);
  EXPECT_NE(call.message().find("tasks: 1"), std::string::npos);
}

}  // namespace
}  // namespace file_test
