// How a plugin opens files: through its host, or by itself where the host is older than that.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>

#include "connector/host.hpp"
#include "connector/testing/plugin_under_test.hpp"

namespace {

using connector::FilePurpose;
using connector::Host;
using connector::testing::FakeHost;

class HostFilesTest : public testing::Test {
 protected:
  HostFilesTest() {
    char path[] = "/tmp/host-files-XXXXXX";
    folder = ::mkdtemp(path);
    std::ofstream(folder + "/ca.pem") << "0123456789";
  }
  ~HostFilesTest() override { std::filesystem::remove_all(folder); }

  static std::string refusal(const Host& host, const std::string& path, std::size_t most = 100) {
    try {
      return "read: " + host.read_file(FilePurpose::credential, path, most);
    } catch (const connector::Error& error) {
      return (error.code() == CONNECTOR_BAD_CONFIG
                  ? ""
                  : "code " + std::to_string(error.code()) + ": ") +
             error.what();
    }
  }

  std::string folder;
  FakeHost fake;
  const Host host{fake.raw()};
};

TEST_F(HostFilesTest, Opens_through_the_host) {
  const connector::OpenedFile file =
      host.open_file(FilePurpose::data, folder + "/new", O_WRONLY | O_CREAT, 0600);
  ASSERT_TRUE(file);
  ::close(file.fd);
  EXPECT_TRUE(std::filesystem::exists(folder + "/new"));
  EXPECT_EQ(fake.opened_files(), std::vector<std::string>{folder + "/new"});
  EXPECT_FALSE(host.confines(FilePurpose::data, folder + "/new"));
}

TEST_F(HostFilesTest, Reads_a_whole_file_up_to_a_limit) {
  EXPECT_EQ(refusal(host, folder + "/ca.pem", 10), "read: 0123456789");
  EXPECT_EQ(refusal(host, folder + "/ca.pem", 9),
            "cannot use " + folder + "/ca.pem: it has more than 9 bytes");
  EXPECT_EQ(refusal(host, folder), "cannot use " + folder + ": Is a directory");
  EXPECT_EQ(refusal(host, folder + "/none"),
            "cannot use " + folder + "/none: No such file or directory");
}

TEST_F(HostFilesTest, Gives_the_reason_of_the_host_for_a_refusal) {
  fake.confine_files_to(folder + "/data/");
  EXPECT_EQ(refusal(host, folder + "/ca.pem"),
            "cannot use " + folder + "/ca.pem: the test allows no such file");
  EXPECT_EQ(host.open_file(FilePurpose::data, "/etc/passwd", O_RDONLY).error, EACCES);
  EXPECT_TRUE(host.confines(FilePurpose::credential, folder + "/ca.pem"));
}

TEST_F(HostFilesTest, Opens_no_path_with_a_nul_in_it) {
  EXPECT_EQ(
      host.open_file(FilePurpose::data, folder + std::string("/ca.pem\0x", 9), O_RDONLY).error,
      EINVAL);
  EXPECT_TRUE(fake.opened_files().empty());
}

TEST_F(HostFilesTest, Opens_by_itself_where_the_host_is_of_version_1_0) {
  connector_host_api older = *fake.raw();
  older.struct_size = offsetof(connector_host_api, open_file);
  older.open_file = nullptr;  // not to be looked at
  EXPECT_EQ(refusal(Host(&older), folder + "/ca.pem"), "read: 0123456789");
  EXPECT_FALSE(Host(&older).confines(FilePurpose::data, "/etc/passwd"));
  older.struct_size = sizeof older;
  EXPECT_EQ(refusal(Host(&older), folder + "/ca.pem"), "read: 0123456789");
  EXPECT_TRUE(fake.opened_files().empty());
}

}  // namespace
