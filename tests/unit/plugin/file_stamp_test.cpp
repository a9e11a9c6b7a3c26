#include "host/plugin/file_stamp.hpp"

#include <gtest/gtest.h>

namespace connector_host::plugin {
namespace {

struct stat a_file() {
  struct stat out{};
  out.st_ino = 7;
  out.st_size = 100;
  out.st_mtim = out.st_ctim = {1000, 5};
  return out;
}

constexpr timespec much_later{2000, 0};

TEST(FileStamp, An_unchanged_file_is_the_same) {
  EXPECT_TRUE(FileStamp(a_file(), {3000, 0}).same_as(FileStamp(a_file(), much_later)));
}

TEST(FileStamp, Nothing_is_the_same_as_what_was_never_read) {
  EXPECT_FALSE(FileStamp(a_file(), much_later).same_as(FileStamp()));
}

TEST(FileStamp, Any_mark_of_a_change_makes_another) {
  const FileStamp seen(a_file(), much_later);
  struct stat replaced = a_file(), grown = a_file(), written = a_file(), touched = a_file();
  replaced.st_ino = 8;
  grown.st_size = 101;
  written.st_mtim.tv_nsec = 6;
  touched.st_ctim.tv_nsec = 6;  // a program may set back mtime, not ctime
  for (const struct stat& each : {replaced, grown, written, touched})
    EXPECT_FALSE(FileStamp(each, much_later).same_as(seen));
}

// Two changes within one tick of the file system's clock look the same.
TEST(FileStamp, One_taken_right_after_a_change_proves_nothing) {
  EXPECT_FALSE(FileStamp(a_file(), much_later).same_as(FileStamp(a_file(), {1000, 10'000'000})));
  EXPECT_TRUE(FileStamp(a_file(), much_later).same_as(FileStamp(a_file(), {1000, 100'000'000})));
  struct stat coarse = a_file();
  coarse.st_mtim = coarse.st_ctim = {1000, 0};  // counts whole seconds
  EXPECT_FALSE(FileStamp(coarse, much_later).same_as(FileStamp(coarse, {1001, 0})));
  EXPECT_TRUE(FileStamp(coarse, much_later).same_as(FileStamp(coarse, {1003, 0})));
}

}  // namespace
}  // namespace connector_host::plugin
