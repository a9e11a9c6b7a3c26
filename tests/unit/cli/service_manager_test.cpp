#include "host/cli/service_manager.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "tests/integration/notify_listener.hpp"
#include "tests/unit/cli/jumping_world.hpp"

namespace connector_host::cli {
namespace {

using namespace std::chrono_literals;
using integration::NotifyListener;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ServiceManagerTest : public testing::Test {
 protected:
  ServiceManagerTest() {
    char path[] = "/tmp/connector-notify-XXXXXX";
    folder = ::mkdtemp(path);
  }
  ~ServiceManagerTest() override { std::filesystem::remove_all(folder); }

  ServiceManager manager(const std::string& watchdog_usec = "",
                         const std::string& watchdog_pid = "") {
    return {{folder + "/notify", watchdog_usec, watchdog_pid},
            world,
            [this](const std::string& what) { reports.push_back(what); }};
  }
  void pass(world::Duration time) { world.make_gate()->wait_until(world.now() + time); }

  std::string folder;
  JumpingWorld world;
  std::vector<std::string> reports;
  const ServiceManager::State started{.started = true, .text = "healthy"};
  const ServiceManager::State stopping{
      .started = true, .stopping = true, .longest_stop = 35s, .text = "stopping"};
};

TEST_F(ServiceManagerTest, READY_is_told_once_and_only_when_it_has_started) {
  NotifyListener listener(folder + "/notify");
  ServiceManager one = manager();
  one.look({.text = "starting"});
  EXPECT_THAT(listener.messages(), ElementsAre("STATUS=starting"));
  one.look(started);
  one.look(started);
  EXPECT_THAT(listener.messages(), ElementsAre("STATUS=starting", "READY=1\nSTATUS=healthy"));
}

TEST_F(ServiceManagerTest, A_status_is_told_when_it_is_another_one) {
  NotifyListener listener(folder + "/notify");
  ServiceManager one = manager();
  one.look(started);
  one.look({.started = true, .text = "unhealthy"});
  one.look({.started = true, .text = "unhealthy"});
  EXPECT_THAT(listener.messages(), ElementsAre("READY=1\nSTATUS=healthy", "STATUS=unhealthy"));
}

TEST_F(ServiceManagerTest,
       A_reload_is_told_with_the_time_of_the_monotonic_clock_and_READY_after_it) {
  NotifyListener listener(folder + "/notify");
  ServiceManager one = manager();
  one.look(started);
  one.reloading();
  one.reloaded();
  EXPECT_THAT(
      listener.messages(),
      ElementsAre("READY=1\nSTATUS=healthy", "RELOADING=1\nMONOTONIC_USEC=3600000000", "READY=1"));
}

TEST_F(ServiceManagerTest, A_reload_before_it_was_ready_does_not_make_it_ready) {
  NotifyListener listener(folder + "/notify");
  ServiceManager one = manager();
  one.reloading();
  one.reloaded();
  EXPECT_THAT(listener.messages(), IsEmpty());
}

TEST_F(ServiceManagerTest,
       STOPPING_is_told_once_with_the_time_that_it_may_take_and_no_READY_follows) {
  NotifyListener listener(folder + "/notify");
  ServiceManager one = manager();
  one.look(started);
  one.reloading();
  one.look(stopping);
  one.reloaded();
  one.look(stopping);
  EXPECT_EQ(listener.messages().back(),
            "STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=35000000");
  EXPECT_EQ(listener.count("READY=1"), 1);
}

TEST_F(ServiceManagerTest, The_watchdog_hears_of_life_at_half_of_its_time_however_often_it_looks) {
  NotifyListener listener(folder + "/notify");
  ServiceManager one = manager("8000000", std::to_string(::getpid()));
  EXPECT_EQ(one.look(started), world.now() + 4s);
  EXPECT_EQ(listener.count("WATCHDOG=1"), 1);
  pass(3s);
  EXPECT_EQ(one.look(started), world.now() + 1s);
  EXPECT_EQ(listener.count("WATCHDOG=1"), 1);
  pass(1s);
  one.look(stopping);
  EXPECT_EQ(listener.count("WATCHDOG=1"), 2) << "while it drains, too";
}

TEST_F(ServiceManagerTest,
       The_watchdog_hears_nothing_while_the_process_does_not_answer_and_soon_after_it_does) {
  NotifyListener listener(folder + "/notify");
  ServiceManager one = manager("8000000");
  EXPECT_EQ(one.look({.started = true, .answers = false, .text = "healthy"}), world.now() + 500ms);
  EXPECT_EQ(listener.count("WATCHDOG=1"), 0);
  pass(500ms);
  one.look(started);
  EXPECT_EQ(listener.count("WATCHDOG=1"), 1);
}

TEST_F(ServiceManagerTest, A_watchdog_of_another_process_or_without_a_time_is_none) {
  NotifyListener listener(folder + "/notify");
  EXPECT_EQ(manager("8000000", "1").look(started), world::never);
  EXPECT_EQ(manager("0").look(started), world::never);
  EXPECT_EQ(manager("soon").look(started), world::never);
  EXPECT_EQ(manager("-5").look(started), world::never);
  EXPECT_EQ(listener.count("WATCHDOG=1"), 0);
}

TEST_F(ServiceManagerTest, Without_a_socket_nobody_is_told_and_nothing_is_wanted) {
  ServiceManager one({"", "8000000", ""}, world,
                     [this](const std::string& what) { reports.push_back(what); });
  EXPECT_FALSE(one.listens());
  EXPECT_EQ(one.look(started), world::never);
  one.reloading();
  one.reloaded();
  EXPECT_THAT(reports, IsEmpty());
}

TEST_F(ServiceManagerTest, What_is_no_socket_is_reported_and_left_alone) {
  ServiceManager one({"vsock:2:1", "", ""}, world,
                     [this](const std::string& what) { reports.push_back(what); });
  EXPECT_FALSE(one.listens());
  EXPECT_THAT(reports, ElementsAre(HasSubstr("vsock:2:1")));
}

TEST_F(ServiceManagerTest, A_manager_that_is_away_is_reported_once_and_told_when_it_is_there) {
  ServiceManager one = manager();
  one.look(started);
  one.look(started);
  EXPECT_THAT(reports, ElementsAre(HasSubstr("No such file")));
  NotifyListener listener(folder + "/notify");
  one.look(started);
  EXPECT_THAT(listener.messages(), ElementsAre("READY=1\nSTATUS=healthy"));
}

TEST_F(ServiceManagerTest, An_abstract_name_is_a_socket_too) {
  const std::string name = "@connector-notify-" + std::to_string(::getpid());
  NotifyListener listener(name);
  ServiceManager one({name, "", ""}, world,
                     [this](const std::string& what) { reports.push_back(what); });
  one.look(started);
  EXPECT_THAT(listener.messages(), ElementsAre("READY=1\nSTATUS=healthy"));
  EXPECT_THAT(reports, IsEmpty());
}

TEST_F(ServiceManagerTest, A_manager_that_takes_nothing_holds_it_up_for_a_second_at_most) {
  NotifyListener listener(folder + "/notify");
  const NotifySocket socket(folder + "/notify");
  const auto begin = std::chrono::steady_clock::now();
  std::string why_not;
  for (int i = 0; i < 10'000 && why_not.empty(); ++i)
    why_not = socket.send("STATUS=more than fits");
  EXPECT_FALSE(why_not.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
}  // namespace connector_host::cli
