#include "host/runtime/status_log.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "tests/unit/middleware/manual_world.hpp"

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

class StatusLogTest : public testing::Test {
 protected:
  StatusLogTest()
      : folder_(::mkdtemp(std::string("/tmp/connector-log-XXXXXX").data())), state_dir_(folder_) {}
  ~StatusLogTest() override { std::filesystem::remove_all(folder_); }

  // What the log was told when the sink of a task is like that.
  Lines look(bool up, const std::string& error,
             pipeline::TaskState state = pipeline::TaskState::running) {
    lines_.clear();
    ConnectorView connector;
    connector.name = "c";
    TaskView& task = connector.tasks.emplace_back();
    task.status.state = state;
    task.status.dependencies.push_back({"sink", up, {}, error});
    log_.look({connector});
    return lines_;
  }

  const std::string folder_;
  ManualWorld world_;
  StateDir state_dir_;
  observability::Scrubber scrubber_;
  Lines lines_;
  HostServices services_{world_,
                         state_dir_,
                         scrubber_,
                         [this](LogLevel, const std::string&, const auto&,
                                const std::string& line) { lines_.push_back(line); },
                         {},
                         {}};
  StatusLog log_{services_};
};

TEST_F(StatusLogTest, Tells_that_a_dependency_is_ready_that_it_went_and_that_it_is_back) {
  EXPECT_EQ(look(false, ""), Lines{"RUNNING"}) << "nothing was tried yet";
  EXPECT_EQ(look(true, ""), Lines{"sink is ready"});
  EXPECT_EQ(look(true, ""), Lines{});
  EXPECT_EQ(look(false, "gone"), Lines{"sink is not available: gone"});
  EXPECT_EQ(look(true, "gone"), Lines{"sink is back"});
}

TEST_F(StatusLogTest,
       Of_one_that_stays_away_it_tells_every_half_minute_and_of_another_reason_at_once) {
  look(false, "gone");
  world_.pass(29s);
  EXPECT_EQ(look(false, "gone"), Lines{});
  world_.pass(1s);
  EXPECT_EQ(look(false, "gone"), Lines{"sink is not available: gone"});
  EXPECT_EQ(look(false, "refused"), Lines{"sink is not available: refused"});
}

TEST_F(StatusLogTest, One_that_comes_and_goes_is_not_told_of_each_time) {
  look(true, "");
  EXPECT_EQ(look(false, "gone"), Lines{"sink is not available: gone"});
  EXPECT_EQ(look(true, "gone"), Lines{"sink is back"});
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(look(false, "gone"), Lines{});
    EXPECT_EQ(look(true, "gone"), Lines{});
  }
  world_.pass(30s);
  EXPECT_EQ(look(false, "gone"), Lines{"sink is not available: gone"});
  EXPECT_EQ(look(true, "gone"), Lines{"sink is back"});
}

TEST_F(StatusLogTest, What_a_task_that_is_over_has_closed_did_not_go_away) {
  look(true, "gone once");
  EXPECT_EQ(look(false, "gone once", pipeline::TaskState::stopped), Lines{"STOPPED"});
}

}  // namespace
}  // namespace connector_host::runtime
