#include "host/plugin/library_copy.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "host/plugin/child_probe.hpp"
#include "host/plugin/mapped_bytes.hpp"
#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

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
  LibraryCopy copy(const FileDescriptor& file) {
    return LibraryCopy(file.get(), "test.so", {scratch()}, GetParam());
  }
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
  EXPECT_EQ(made.sha256(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-2,
                                                                                  // appendix B.1
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

INSTANTIATE_TEST_SUITE_P(Both, LibraryCopyTest,
                         ::testing::Values(CopyTo::memory_first, CopyTo::file),
                         [](const auto& info) {
                           return info.param == CopyTo::file ? "in_a_file" : "in_memory";
                         });

class LibraryCopyInAFile : public LibraryCopyTest {
 protected:
  LibraryCopy copy_to(const std::vector<std::string>& directories) {
    return LibraryCopy(original("abc").get(), "test.so", directories, CopyTo::file);
  }
  // For the calling process alone. False: it has not the rights.
  static bool mount_noexec(const std::string& path) {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("tmpfs", path.c_str(), "tmpfs", MS_NOEXEC, nullptr) == 0;
  }
};

TEST_F(LibraryCopyInAFile, Uses_the_first_directory_that_can_be_written) {
  const LibraryCopy made = copy_to({"/none/at/all", "/proc", scratch(), directory_.string()});
  EXPECT_TRUE(made.path().starts_with(scratch() + "/")) << made.path();
}

TEST_F(LibraryCopyInAFile, Skips_a_directory_that_is_mounted_noexec) {
  const std::string first = (directory_ / "noexec").string();
  fs::create_directory(first);
  const std::string problem = ChildProbe(20s).run([&] {
    const std::string expected = mount_noexec(first) ? scratch() : first;
    const std::string path = copy_to({first, scratch()}).path();
    if (!path.starts_with(expected + "/")) throw std::runtime_error(path);
    if (!fs::is_empty(first)) throw std::runtime_error("a copy was left behind");
  });
  EXPECT_EQ(problem, "");
}

TEST_F(LibraryCopyInAFile, Names_each_directory_it_could_not_use_and_the_fix) {
  try {
    copy_to({"/none/at/all", "/proc"});
    FAIL();
  } catch (const PluginError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("/none/at/all (No such file or directory), /proc ("), std::string::npos)
        << text;
    EXPECT_NE(text.find("set TMPDIR"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace connector_host::plugin
