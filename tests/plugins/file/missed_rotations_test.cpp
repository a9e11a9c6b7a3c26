// Several rotations between two looks: every file is read, in order, and none twice.
#include <gtest/gtest.h>
#include <connector/host.hpp>

#include <filesystem>
#include <string>

#include "tests/plugins/file/followed_file.hpp"

namespace file_test {
namespace {

TEST_F(FollowedFile, Two_rotations_while_nobody_was_looking_lose_nothing) {
  append_text(path_, "1\n2\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 2), (Values{"1", "2"}));
  }
  append_text(path_, "3\n");
  rotate();
  append_text(path_, "4\n5\n");
  rotate();
  append_text(path_, "6\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), (Values{"3", "4", "5", "6"}));
}

TEST_F(FollowedFile, Two_rotations_while_nothing_is_taken_lose_nothing) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
  Lease none;
  append_text(path_, "2\n");
  for (const char* line : {"3\n", "4\n"}) {
    source.poll(none, 0, 10);
    rotate();
    append_text(path_, line);
  }
  EXPECT_EQ(take_what_comes(source), (Values{"2", "3", "4"}));
  rotate();
  append_text(path_, "5\n");
  EXPECT_EQ(take_what_comes(source), Values{"5"});
}

TEST_F(FollowedFile, Many_rotations_are_read_in_order_also_without_follow) {
  append_text(path_, "0\n");
  const std::string once = config({{"follow", "false"}});
  {
    SourceTrial source(file_source(), once, host_);
    source.open();
    EXPECT_EQ(take_what_comes(source), Values{"0"});
  }
  for (int i = 1; i <= 8; ++i) {
    rotate();
    append_text(path_, std::to_string(i) + "\n");
  }
  SourceTrial source(file_source(), once, host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), (Values{"1", "2", "3", "4", "5", "6", "7", "8"}));
}

TEST_F(FollowedFile, A_rotated_file_is_read_even_when_there_is_no_new_one_yet) {
  append_text(path_, "1\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
  }
  rotate();
  append_text(path_, "2\n");
  rotate();
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), Values{"2"});
  append_text(path_, "3\n");
  EXPECT_EQ(take_what_comes(source), Values{"3"});
}

TEST_F(FollowedFile, Rotated_files_with_a_date_are_read_in_its_order) {
  append_text(path_, "1\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
  }
  const std::string names[] = {path_ + "-20260101", path_ + "-20260102", path_ + "-20260103"};
  append_text(path_ + "-20251231", "older\n");
  std::filesystem::rename(path_, names[0]);
  append_text(names[1], "2\n");
  append_text(names[2], "3\n");
  append_text(path_, "4\n");
  written_at(path_ + "-20251231", 0);
  for (const std::string& name : names)
    written_at(name, 0);  // so coarse a clock that only the names tell
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), (Values{"2", "3", "4"}));
}

TEST_F(FollowedFile, Rotated_files_that_were_read_before_are_not_read_again) {
  append_text(path_, "1\n");
  written_at(path_, 1);
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
    rotate();
    append_text(path_, "2\n");
    EXPECT_EQ(take(source, 1), Values{"2"});
    written_at(path_, 2);
  }
  rotate();
  append_text(path_, "3\n");
  written_at(path_, 3);
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), Values{"3"});
  rotate();
  append_text(path_, "4\n");
  written_at(path_ + ".2", 5);  // touched by somebody, but this run knows that it has read it
  written_at(path_ + ".1", 4);
  EXPECT_EQ(take_what_comes(source), Values{"4"});
}

TEST_F(FollowedFile, A_doubtful_order_repeats_lines_with_one_warning_and_comes_to_an_end) {
  append_text(path_, "1\n");
  const std::string once = config({{"follow", "false"}});
  {
    SourceTrial source(file_source(), once, host_);
    source.open();
    EXPECT_EQ(take_what_comes(source), Values{"1"});
  }
  rotate();
  append_text(path_ + ".old", "a\n");
  append_text(path_ + "-20260101", "b\n");
  for (const char* suffix : {".1", ".old", "-20260101"}) written_at(path_ + suffix, 0);
  append_text(path_, "2\n");
  SourceTrial source(file_source(), once, host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), (Values{"b", "a", "2"}));
  EXPECT_EQ(logged("the same modification time"), 1u);
}

TEST_F(FollowedFile, A_compressed_file_is_not_read_as_text_but_warned_of) {
  append_text(path_, "1\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
  }
  const std::string read = path_ + ".3", missed = path_ + ".2.gz", kept = path_ + ".1";
  std::filesystem::rename(path_, read);
  append_text(missed, "no text");
  append_text(kept, "3\n");
  append_text(path_ + ".4.gz", "no text, and read before");
  append_text(path_, "4\n");
  written_at(path_ + ".4.gz", 0);
  written_at(read, 1);
  written_at(missed, 2);
  written_at(kept, 3);
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), (Values{"3", "4"}));
  EXPECT_EQ(logged(missed + "' was compressed before it was read"), 1u);
  EXPECT_EQ(logged(".4.gz"), 0u);
}

TEST_F(FollowedFile,
       Where_the_file_that_was_read_is_compressed_by_now_those_after_it_are_read_all_the_same) {
  append_text(path_, "0\n");
  rotate();
  append_text(path_, "1\n");
  written_at(path_ + ".1", 0);
  written_at(path_, 1);
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
  }
  rotate();
  append_text(path_ + ".1.gz", "no text");
  std::filesystem::remove(path_ + ".1");
  written_at(path_ + ".1.gz", 1);
  append_text(path_, "2\n");
  written_at(path_, 2);
  rotate();
  append_text(path_, "3\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), (Values{"2", "3"}));
  EXPECT_EQ(logged("is gone"), 1u);
}

TEST_F(FollowedFile, A_copy_of_a_file_that_was_emptied_while_nobody_was_looking_is_not_read) {
  append_text(path_, "1\n2\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 2), (Values{"1", "2"}));
  }
  std::filesystem::copy_file(path_, path_ + ".1");
  std::filesystem::resize_file(path_, 0);
  append_text(path_, "3\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), Values{"3"});
}

TEST_F(FollowedFile, A_position_without_a_time_is_still_understood) {
  append_text(path_, "1\n2\n");
  {
    SourceTrial source(file_source(), config(), host_);
    source.open();
    EXPECT_EQ(take(source, 1), Values{"1"});
  }
  std::string kept = host_->state().at("position");
  const std::size_t newline = kept.find('\n'), time = kept.rfind(' ', newline);
  kept.erase(time, newline - time);  // as earlier versions kept it
  connector::Host(host_->raw()).keep_state("position", kept);
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), Values{"2"});
}

TEST_F(FollowedFile, A_read_file_that_is_compressed_after_its_rotation_is_no_loss) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
  rotate();
  const auto written = std::filesystem::last_write_time(path_ + ".1");
  append_text(path_ + ".1.gz", "no text");
  std::filesystem::last_write_time(path_ + ".1.gz", written);  // as gzip leaves it
  std::filesystem::remove(path_ + ".1");
  append_text(path_, "2\n");
  EXPECT_EQ(take_what_comes(source), Values{"2"});
  EXPECT_EQ(logged("compressed"), 0u);
}

TEST_F(FollowedFile, Other_files_with_a_longer_name_are_left_alone) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
  rotate();
  append_text(path_ + ".lock", "4711\n");
  append_text(path_ + "-errors.1", "of another file\n");
  std::filesystem::create_directory(path_ + ".2");
  append_text(path_, "2\n");
  EXPECT_EQ(take_what_comes(source), Values{"2"});
  EXPECT_EQ(logged("its name is not that of a rotated file"), 1u);
}

}  // namespace
}  // namespace file_test
