#include "host/admin/health_report.hpp"

#include <gtest/gtest.h>

namespace connector_host::admin {
namespace {

using pipeline::TaskState;
using runtime::ConnectorView;

ConnectorView with_task(TaskState state, const std::string& failure = "") {
  ConnectorView view{.name = "c"};
  runtime::TaskView& task = view.tasks.emplace_back();
  task.status.state = state;
  task.status.failure = failure;
  return view;
}

HealthReport report_of(const std::vector<ConnectorView>& connectors) {
  return health_report(connectors, false, {});
}

TEST(Readiness, All_any_or_none_of_the_connectors_have_to_work) {
  const HealthReport one_of_two =
      report_of({with_task(TaskState::running), with_task(TaskState::starting)});
  EXPECT_FALSE(is_ready(one_of_two, "all"));
  EXPECT_TRUE(is_ready(one_of_two, "any"));
  EXPECT_TRUE(is_ready(one_of_two, "none"));
  const HealthReport nothing_works =
      report_of({with_task(TaskState::failed, "why"), with_task(TaskState::starting)});
  EXPECT_FALSE(is_ready(nothing_works, "any"));
  EXPECT_TRUE(is_ready(nothing_works, "none"));
  EXPECT_TRUE(
      is_ready(report_of({with_task(TaskState::running), with_task(TaskState::holding)}), "all"));
}

TEST(Readiness, Who_is_paused_or_has_nothing_to_do_is_ready) {
  EXPECT_TRUE(is_ready(report_of({with_task(TaskState::paused)}), "all"));
  EXPECT_TRUE(is_ready(report_of({}), "any"));
  EXPECT_TRUE(
      is_ready(report_of({ConnectorView{.name = "c", .target = runtime::Target::stopped}}), "all"));
}

TEST(Readiness, A_connector_whose_tasks_are_being_made_is_not_ready_and_has_not_started) {
  const HealthReport report =
      report_of({with_task(TaskState::running), ConnectorView{.name = "d"}});
  EXPECT_FALSE(is_ready(report, "all"));
  EXPECT_FALSE(report.made);
  EXPECT_TRUE(report_of({ConnectorView{.name = "d", .failure = "its plugin refuses"}}).made)
      << "it is not going to get better by a restart of the process";
  EXPECT_TRUE(report_of({with_task(TaskState::starting)}).made)
      << "a broker that is away is no reason to start the process again";
}

}  // namespace
}  // namespace connector_host::admin
