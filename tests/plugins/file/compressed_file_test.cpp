// A compressed file is refused, whatever its name is; rotated ones are left out.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/plugins/file/followed_file.hpp"

namespace file_test {
namespace {

using connector::testing::TestCall;
using namespace std::string_view_literals;

// What gzip, bzip2, xz, zstd and lz4 make of "{}\n".
constexpr std::string_view gzip =
    "\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03\xAB\xAE\xE5\x02\x00\x54\xE8\x44\xD2\x03\x00\x00\x00\n"sv;
constexpr std::string_view bzip2 = "BZh91AY&SY\x9D\x14\xC0\x07\n"sv;
constexpr std::string_view xz =
    "\xFD"
    "7zXZ\0\x00\x04\xE6\xD6\n"sv;
constexpr std::string_view zstd = "\x28\xB5\x2F\xFD\x24\x03\x19\x00\n"sv;
constexpr std::string_view lz4 = "\x04\x22\x4D\x18\x64\x40\xA7\n"sv;

class CompressedFile : public FollowedFile {
 protected:
  std::string refusal_of_open() {
    connector::testing::SourceDriver driver(file_source(), config({{"follow", "false"}}), *host_);
    TestCall open, check;
    EXPECT_EQ(driver.lifecycle().check(driver.self(), check), CONNECTOR_BAD_CONFIG);
    EXPECT_EQ(driver.open(open), CONNECTOR_BAD_CONFIG);
    EXPECT_EQ(check.message(), open.message());
    return open.message();
  }
  static std::string refusal_of_poll(SourceTrial& source) {
    TestCall call(2000);
    Lease lease;
    EXPECT_EQ(source.ops().poll(source.self(), 10, 1 << 20, lease.raw(), call),
              CONNECTOR_BAD_CONFIG);
    EXPECT_EQ(lease.size(), 0u);
    return call.message();
  }
};

TEST_F(CompressedFile, Is_refused_by_its_content_with_the_option_and_the_fix) {
  for (const auto& [format, bytes] :
       {std::pair{"gzip", gzip}, {"bzip2", bzip2}, {"xz", xz}, {"zstd", zstd}, {"lz4", lz4}}) {
    std::filesystem::remove(path_);
    append_text(path_, bytes);
    EXPECT_EQ(
        refusal_of_open(),
        "path: '" + path_ + "' is compressed (" + format +
            "), and the source reads text: decompress it, and set path to the decompressed file");
  }
}

TEST_F(CompressedFile, Text_under_a_compressed_name_is_read) {
  const std::string named = path_ + ".gz";
  append_text(named, "1\nBZh9 is a text\n");
  SourceTrial source(file_source(), config({{"path", named}}), host_);
  source.open();
  EXPECT_EQ(take(source, 2), (Values{"1", "BZh9 is a text"}));
}

TEST_F(CompressedFile, One_that_was_empty_at_first_is_refused_once_it_has_content) {
  append_text(path_, "");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), Values{});
  append_text(path_, bzip2.substr(0, 4));
  EXPECT_EQ(take_what_comes(source), Values{});
  append_text(path_, bzip2.substr(4));
  EXPECT_NE(refusal_of_poll(source).find("is compressed (bzip2)"), std::string::npos);
  EXPECT_NE(refusal_of_poll(source).find("is compressed (bzip2)"), std::string::npos);
}

TEST_F(CompressedFile, Text_that_begins_like_a_compressed_file_is_read) {
  append_text(path_, "BZ");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take_what_comes(source), Values{});
  append_text(path_, "h91 and so on\n2\n");
  EXPECT_EQ(take(source, 2), (Values{"BZh91 and so on", "2"}));
}

TEST_F(CompressedFile, A_compressed_successor_at_the_path_is_refused_after_the_rotated_text) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  rotate();
  append_text(path_, gzip);
  EXPECT_EQ(take(source, 1), Values{"1"});
  EXPECT_NE(refusal_of_poll(source).find("is compressed (gzip)"), std::string::npos);
}

TEST_F(CompressedFile, A_rotated_one_is_left_out_though_its_name_does_not_show_it) {
  append_text(path_, "1\n");
  SourceTrial source(file_source(), config(), host_);
  source.open();
  EXPECT_EQ(take(source, 1), Values{"1"});
  written_at(path_, 1);
  rotate();
  append_text(path_, gzip);
  written_at(path_, 2);
  rotate();
  append_text(path_, "3\n");
  EXPECT_EQ(take(source, 1), Values{"3"});
  EXPECT_EQ(logged("was compressed before it was read"), 1u);
}

}  // namespace
}  // namespace file_test
