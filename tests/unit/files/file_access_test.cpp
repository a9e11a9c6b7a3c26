// What an instance may open: everything, or what its confinement allows.
#include "host/files/file_access.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "tests/unit/files/scratch_folder.hpp"

namespace connector_host::files {
namespace {

class FileAccessTest : public testing::Test {
 protected:
  static std::string result(const FileAccess& files, Purpose purpose, const std::string& path,
                            int flags = O_RDONLY) {
    const Opened opened = files.open(purpose, path, flags, 0);
    if (opened.fd >= 0) ::close(opened.fd);
    return opened.refusal      ? "refused"
           : opened.error != 0 ? "errno " + std::to_string(opened.error)
                               : "opened";
  }

  ScratchFolder folder;
  const std::string records = folder.write("data/records", "1\n"),
                    key = folder.write("tls/key.pem", "key");
};

TEST_F(FileAccessTest, Opens_everything_for_the_topology_file) {
  const FileAccess files;
  EXPECT_EQ(result(files, Purpose::data, "/proc/self/environ"), "opened");
  EXPECT_EQ(result(files, Purpose::credential, key), "opened");
  EXPECT_EQ(result(files, Purpose::data, folder.at("none")), "errno " + std::to_string(ENOENT));
  EXPECT_FALSE(files.confines(Purpose::credential, key));
  EXPECT_FALSE(files.refusal(Purpose::data, "/proc/self/environ"));
}

TEST_F(FileAccessTest, Keeps_the_roots_of_records_and_of_credentials_apart) {
  const FileAccess files(Confinement{{{folder.at("data")}, {}}, {{folder.at("tls")}, {}}});
  EXPECT_EQ(result(files, Purpose::data, records), "opened");
  EXPECT_EQ(result(files, Purpose::credential, key), "opened");
  EXPECT_EQ(result(files, Purpose::data, key), "refused");
  EXPECT_EQ(result(files, Purpose::credential, records), "refused");
  EXPECT_TRUE(files.confines(Purpose::data, records));
  ASSERT_TRUE(files.refusal(Purpose::credential, records));
  EXPECT_EQ(files.refusal(Purpose::credential, records)->line(),
            "it is not below a folder of admin.credential_roots; add its folder to "
            "admin.credential_roots in the topology file, or define the connector there");
}

TEST_F(FileAccessTest, A_missing_file_below_a_root_is_no_refusal) {
  const FileAccess files(Confinement{{{folder.at("data")}, {}}, {}});
  EXPECT_FALSE(files.refusal(Purpose::data, folder.at("data/later")));
}

TEST_F(FileAccessTest, A_path_of_the_topology_is_not_confined) {
  const FileAccess files(Confinement{{{}, {records}}, {{}, {key}}});
  EXPECT_EQ(result(files, Purpose::data, records), "opened");
  EXPECT_EQ(result(files, Purpose::credential, key), "opened");
  EXPECT_FALSE(files.confines(Purpose::credential, key));
  EXPECT_EQ(result(files, Purpose::credential, key + ".old"), "refused");
}

TEST_F(FileAccessTest,
       A_file_of_records_of_the_topology_comes_with_its_folder_and_its_rotated_files) {
  folder.write("data/records.1", "0\n");
  folder.write("data/other", "2\n");
  const FileAccess files(Confinement{{{}, {records}}, {}});
  EXPECT_EQ(result(files, Purpose::data, records + ".1"), "opened");
  EXPECT_EQ(result(files, Purpose::data, folder.at("data"), O_RDONLY | O_DIRECTORY), "opened");
  EXPECT_EQ(result(files, Purpose::data, folder.at("data/other")), "refused");
  EXPECT_EQ(result(files, Purpose::data, records + "/../other"), "refused");
  EXPECT_EQ(result(files, Purpose::data, folder.at(""), O_RDONLY | O_DIRECTORY), "refused");
}

}  // namespace
}  // namespace connector_host::files
