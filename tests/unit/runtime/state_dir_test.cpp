#include "host/runtime/state_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace connector_host::runtime {
namespace {

class StateDirTest : public testing::Test {
 protected:
  StateDirTest() {
    char path[] = "/tmp/connector-state-XXXXXX";
    root = ::mkdtemp(path);
  }
  ~StateDirTest() override { std::filesystem::remove_all(root); }
  std::string root;
};

TEST_F(StateDirTest, A_restarted_host_has_the_worker_id_it_had) {
  const std::string first = StateDir(root + "/state").worker_id();
  EXPECT_EQ(first.size(), 16u);
  EXPECT_EQ(StateDir(root + "/state").worker_id(), first);
}

TEST_F(StateDirTest, Two_hosts_on_one_directory_never_share_a_worker_id) {
  StateDir first(root);
  StateDir second(root);
  EXPECT_TRUE(first.usable());
  EXPECT_FALSE(second.usable());
  EXPECT_NE(first.worker_id(), second.worker_id());
  EXPECT_NE(second.why_not().find("in use"), std::string::npos);
}

TEST_F(StateDirTest, Without_a_directory_to_write_it_works_with_a_random_id_and_says_why) {
  std::ofstream(root + "/file") << "x";
  const StateDir dir(root + "/file/state");
  EXPECT_FALSE(dir.usable());
  EXPECT_EQ(dir.worker_id().size(), 16u);
  EXPECT_NE(dir.why_not().find(root + "/file/state"), std::string::npos);
}

TEST_F(StateDirTest, A_damaged_worker_id_is_made_anew) {
  std::ofstream(root + "/worker-id") << "../../x";
  EXPECT_EQ(StateDir(root).worker_id().find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST_F(StateDirTest, States_survive_and_stay_apart_whatever_their_names) {
  {
    StateDir dir(root);
    dir.put("a/0", "position", "1");
    dir.put("a/1", "position", "2");
    dir.put("../../a", "..", "3");
    dir.put("a/0", "position", "4");
  }
  const StateDir dir(root);
  EXPECT_EQ(dir.get("a/0", "position"), "4");
  EXPECT_EQ(dir.get("a/1", "position"), "2");
  EXPECT_EQ(dir.get("../../a", ".."), "3");
  EXPECT_EQ(dir.get("a/0", "other"), std::nullopt);
  for (const auto& each : std::filesystem::recursive_directory_iterator(root))
    EXPECT_TRUE(each.path().string().starts_with(root));
}

}  // namespace
}  // namespace connector_host::runtime
