#include "host/tracing/tracer.hpp"

#include <gtest/gtest.h>

#include <set>

#include "host/world/real_world.hpp"
#include "tests/unit/tracing/held_collector.hpp"

namespace connector_host::tracing {
namespace {

using namespace std::chrono_literals;

std::vector<FinishedSpan> spans(std::size_t count) {
  std::vector<FinishedSpan> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i].name = std::to_string(i);
  return out;
}

class TracerTest : public testing::Test {
 protected:
  TracerTest() {
    settings.export_every = 1h;  // so that only a full batch, or the end, is a reason
    settings.queue = 10;
    settings.batch = 4;
  }
  Tracer& begin() {
    tracer = std::make_unique<Tracer>(settings, world, collector.exporter(),
                                      [this](const std::string& what) { reports.push_back(what); });
    tracer->start();
    return *tracer;
  }
  void record(std::size_t count) {
    auto some = spans(count);
    tracer->record(some);
  }

  world::RealWorld world;
  HeldCollector collector;
  TracingSettings settings;
  std::vector<std::string> reports;
  std::unique_ptr<Tracer> tracer;
};

TEST_F(TracerTest, Everything_that_was_recorded_is_exported_at_the_end) {
  begin();
  record(7);
  EXPECT_TRUE(tracer->stop(1min));
  EXPECT_EQ(collector.spans().size(), 7u);
  EXPECT_EQ(tracer->counts().exported, 7u);
}

TEST_F(TracerTest, While_a_collector_hangs_nobody_waits_and_what_is_too_much_is_dropped) {
  collector.hold();
  begin();
  record(4);
  collector.wait_until_asked(1);
  record(25);  // ten wait, the others have no place
  EXPECT_EQ(tracer->counts().dropped, 15u);
  collector.let_go();
  EXPECT_TRUE(tracer->stop(1min));
  EXPECT_EQ(collector.spans().size(), 14u);
}

TEST_F(TracerTest, The_end_does_not_wait_for_a_collector_that_hangs) {
  collector.hold();
  begin();
  record(8);
  collector.wait_until_asked(1);
  EXPECT_FALSE(tracer->stop(10ms));
  collector.let_go();
  tracer.reset();
  EXPECT_EQ(collector.spans().size(), 4u) << "the export under way ends, and no other begins";
}

TEST_F(TracerTest, Spans_that_a_collector_refuses_are_dropped_with_its_reason) {
  collector.refuse("401");
  begin();
  record(3);
  EXPECT_TRUE(tracer->stop(1min));
  EXPECT_EQ(tracer->counts().dropped, 3u);
  EXPECT_EQ(tracer->counts().failed_exports, 1u);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].find("401"), std::string::npos);
}

TEST_F(TracerTest, A_child_is_of_its_parents_trace_and_a_root_of_a_new_one) {
  begin();
  const SpanContext root = tracer->begin_root(), child = *tracer->begin(root);
  EXPECT_TRUE(root.valid());
  EXPECT_TRUE(root.sampled);
  EXPECT_EQ(child.trace_id, root.trace_id);
  EXPECT_NE(child.span_id, root.span_id);
  EXPECT_NE(tracer->begin_root().trace_id, root.trace_id);
}

TEST_F(TracerTest, A_ratio_decides_for_a_root_as_for_those_who_see_its_id) {
  settings.sampler = *Sampler::named("traceidratio", 0.5);
  begin();
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(tracer->begin(tracer->begin_root()));
}

TEST_F(TracerTest, A_parent_that_is_not_sampled_has_no_children) {
  begin();
  SpanContext parent = tracer->begin_root();
  parent.sampled = false;
  EXPECT_FALSE(tracer->begin(parent));
}

}  // namespace
}  // namespace connector_host::tracing
