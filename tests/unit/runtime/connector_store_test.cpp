#include "host/runtime/connector_store.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace connector_host::runtime {
namespace {

class ConnectorStoreTest : public testing::Test {
 protected:
  ConnectorStoreTest() {
    char path[] = "/tmp/connector-store-XXXXXX";
    root = ::mkdtemp(path);
  }
  ~ConnectorStoreTest() override { std::filesystem::remove_all(root); }

  std::vector<StoredConnector> read(StateDir& dir) {
    auto all = ConnectorStore(dir).read([this](const std::string&) { ++damaged; });
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
  }

  std::string root;
  int damaged = 0;
};

TEST_F(ConnectorStoreTest, What_was_written_is_read_by_the_next_process_whatever_the_names) {
  const std::string odd = "a/b c.new~\xc3\xbc", odder(255, '\xff');
  {
    StateDir dir(root);
    ConnectorStore store(dir);
    store.write({"a", Target::paused, std::nullopt, false, ""});
    store.write(
        {odd, Target::running, topology::FlatConfig{{"sink.password", "x\ny"}}, false, "base"});
    store.write({"c", Target::stopped, std::nullopt, true, "other"});
    store.write({"gone", Target::stopped, std::nullopt, false, ""});
    store.erase("gone");
    store.erase("never there");
  }
  StateDir dir(root);
  const auto all = read(dir);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].target, Target::paused);
  EXPECT_EQ(all[1].name, odd);
  EXPECT_EQ(all[1].config->at("sink.password"), "x\ny");
  EXPECT_EQ(all[1].base, "base");
  EXPECT_TRUE(all[2].deleted);
  EXPECT_EQ(damaged, 0);
}

TEST_F(ConnectorStoreTest, The_longest_names_fit_into_files_and_stay_apart) {
  StateDir dir(root);
  ConnectorStore store(dir);
  const std::string same(254, '%');
  store.write({same + "a", Target::paused, std::nullopt, false, ""});
  store.write({same + "b", Target::stopped, std::nullopt, false, ""});
  EXPECT_EQ(read(dir).size(), 2u);
}

TEST_F(ConnectorStoreTest, A_damaged_file_and_an_unfinished_one_harm_nothing) {
  StateDir dir(root);
  ConnectorStore(dir).write({"a", Target::paused, std::nullopt, false, ""});
  std::ofstream(root + "/states/connectors/b") << R"({"name":"b","target":"SLEEPING"})";
  std::ofstream(root + "/states/connectors/a~") << "{";
  EXPECT_EQ(read(dir).size(), 1u);
  EXPECT_EQ(damaged, 1);
}

TEST_F(ConnectorStoreTest, A_host_that_is_just_ending_is_waited_for) {
  auto before = std::make_unique<StateDir>(root);
  std::jthread ending([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // it takes a moment to end
    before.reset();
  });
  EXPECT_TRUE(StateDir(root, std::chrono::seconds(20)).usable());
}

TEST_F(ConnectorStoreTest, Without_a_directory_a_change_is_refused_with_the_reason) {
  std::ofstream(root + "/file") << "x";
  StateDir dir(root + "/file/state");
  EXPECT_THROW(ConnectorStore(dir).write({"a", Target::paused, std::nullopt, false, ""}),
               std::runtime_error);
}

}  // namespace
}  // namespace connector_host::runtime
