// Folders below which connectors made over REST may open files: what they may not hold, links
// followed.
#include "host/topology/file_roots.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace connector_host::topology {
namespace {

class FileRootsTest : public testing::Test {
 protected:
  FileRootsTest() {
    char path[] = "/tmp/file-roots-XXXXXX";
    folder = ::mkdtemp(path);
    for (const char* name : {"/data", "/etc", "/state", "/plugins"})
      std::filesystem::create_directory(folder + name);
    config.state_dir = folder + "/state";
  }
  ~FileRootsTest() override { std::filesystem::remove_all(folder); }

  // The problem with this root; empty: it may be used, and is `root` then.
  std::string problem_of(const std::string& written) {
    Problems problems("t.yaml");
    std::vector<std::string> roots = {written};
    FileRoots(config, folder + "/etc/t.yaml", {folder + "/plugins"}, problems)
        .check(nullptr, "file_roots", roots);
    root = roots.at(0);
    return problems.empty() ? "" : problems.take().at(0).line();
  }
  void expect_refused(const std::string& written, const std::string& what) {
    const std::string found = problem_of(written);
    EXPECT_EQ(found, "t.yaml: T050 admin.file_roots[0]: '" + root + "' " + what +
                         "; name a folder that holds files for connectors and nothing else");
  }

  std::string folder, root;
  TopologyConfig config;
};

TEST_F(FileRootsTest, A_folder_of_its_own_is_taken_in_its_normal_form) {
  EXPECT_EQ(problem_of(folder + "//data/./"), "");
  EXPECT_EQ(root, folder + "/data");
  EXPECT_EQ(problem_of(folder + "/not-yet-there"), "");
}

TEST_F(FileRootsTest, What_belongs_to_the_host_is_refused_with_what_it_is) {
  expect_refused(folder, "contains the state directory");
  expect_refused(folder + "/state", "is the state directory");
  expect_refused(folder + "/state/deep", "is inside the state directory");
  expect_refused(folder + "/plugins/", "is the plugin folder " + folder + "/plugins");
  expect_refused(folder + "/data/../etc", "contains the topology file");
}

TEST_F(FileRootsTest, A_link_is_refused_for_what_it_leads_to) {
  std::filesystem::create_symlink("../state", folder + "/data/link");
  std::filesystem::create_symlink("/proc", folder + "/data/kernel");
  expect_refused(folder + "/data/link", "is the state directory");
  expect_refused(folder + "/data/kernel/self", "is inside the kernel's /proc");
  std::filesystem::rename(folder + "/etc", folder + "/data/etc");
  std::filesystem::create_symlink("data/etc", folder + "/etc");
  expect_refused(folder + "/data", "contains the topology file");
}

TEST_F(FileRootsTest, A_relative_folder_is_refused) {
  EXPECT_EQ(problem_of("data"),
            "t.yaml: T050 admin.file_roots[0]: 'data' is no absolute path; write the whole path of "
            "a folder, from / on");
}

}  // namespace
}  // namespace connector_host::topology
