#include "host/plugin/library_copy.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "host/plugin/mapped_bytes.hpp"
#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

namespace fs = std::filesystem;

class LibraryCopyTest : public ::testing::TestWithParam<CopyTo> {
 protected:
  LibraryCopyTest() {
    std::string pattern = (fs::temp_directory_path() / "connector-copy-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("no scratch directory");
    directory_ = pattern;
    fs::create_directory(directory_ / "scratch");
  }
  ~LibraryCopyTest() override { fs::remove_all(directory_); }

  FileDescriptor original(std::string_view bytes) {
    std::ofstream(directory_ / "original", std::ios::binary | std::ios::trunc) << bytes;
    return FileDescriptor(::open((directory_ / "original").c_str(), O_RDWR | O_CLOEXEC));
  }
  LibraryCopy copy(const FileDescriptor& file) { return LibraryCopy(file.get(), "test.so", scratch(), GetParam()); }
  std::string scratch() const { return (directory_ / "scratch").string(); }
  static std::string text(const LibraryCopy& copy) {
    const MappedBytes mapped(copy.descriptor(), copy.size());
    return {reinterpret_cast<const char*>(mapped.bytes().data()), mapped.bytes().size()};
  }

  fs::path directory_;
};

TEST_P(LibraryCopyTest, Has_the_bytes_and_their_sha256) {
  const FileDescriptor file = original("abc");
  const LibraryCopy made = copy(file);
  EXPECT_EQ(text(made), "abc");
  EXPECT_EQ(made.sha256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2, appendix B.1
}

TEST_P(LibraryCopyTest, Does_not_change_with_the_original) {
  const FileDescriptor file = original("abc");
  const LibraryCopy made = copy(file);
  ASSERT_EQ(::ftruncate(file.get(), 0), 0);
  EXPECT_EQ(text(made), "abc");
}

TEST_P(LibraryCopyTest, Has_a_path_of_its_own_each_time) {
  const FileDescriptor file = original("abc");
  const LibraryCopy first = copy(file), second = copy(file);
  EXPECT_NE(first.path(), second.path());
  std::ifstream read(first.path());
  std::string word;
  read >> word;
  EXPECT_EQ(word, "abc");
}

TEST_P(LibraryCopyTest, Cannot_be_written) {
  const FileDescriptor file = original("abc");
  const LibraryCopy made = copy(file);
  if (GetParam() == CopyTo::memory_first) {
    EXPECT_EQ(::ftruncate(made.descriptor(), 0), -1);
    EXPECT_EQ(::pwrite(made.descriptor(), "x", 1, 0), -1);
  } else {
    struct stat status{};
    ASSERT_EQ(::stat(made.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0400u);
    EXPECT_EQ(fs::path(made.path()).stem(), made.sha256());
  }
}

TEST_P(LibraryCopyTest, Leaves_nothing_behind) {
  const FileDescriptor file = original("abc");
  {
    LibraryCopy first = copy(file);
    const LibraryCopy moved = std::move(first);
  }
  EXPECT_TRUE(fs::is_empty(scratch()));
  LibraryCopy second = copy(file);
  second.forget_name();
  EXPECT_TRUE(fs::is_empty(scratch()));
  EXPECT_EQ(text(second), "abc");
}

TEST_P(LibraryCopyTest, Refuses_what_is_too_large_before_it_reads_it) {
  const FileDescriptor file = original("");
  ASSERT_EQ(::ftruncate(file.get(), off_t(LibraryCopy::largest) + 1), 0);
  EXPECT_THROW(copy(file), PluginError);
  EXPECT_TRUE(fs::is_empty(scratch()));
}

INSTANTIATE_TEST_SUITE_P(Both, LibraryCopyTest, ::testing::Values(CopyTo::memory_first, CopyTo::file),
                         [](const auto& info) { return info.param == CopyTo::file ? "in_a_file" : "in_memory"; });

TEST(LibraryCopyWithoutRoom, Names_the_directory_it_could_not_write) {
  const FileDescriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  try {
    LibraryCopy(file.get(), "test.so", "/none/at/all", CopyTo::file);
    FAIL();
  } catch (const PluginError& error) {
    EXPECT_NE(std::string(error.what()).find("/none/at/all"), std::string::npos);
  }
}

}  // namespace
}  // namespace connector_host::plugin
