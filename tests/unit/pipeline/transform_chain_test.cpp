#include "host/pipeline/transform_chain.hpp"

#include <gtest/gtest.h>
#include <connector/testing/plugin_under_test.hpp>

#include <map>
#include <string>
#include <vector>

#include "connector/view.hpp"
#include "host/world/real_world.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

// What the transform of a test answers: outputs by the index of their input, and outcomes that are
// not OK.
struct ChainScript {
  std::vector<std::uint32_t> source_index;
  bool hides_index = false;
  std::map<std::size_t, connector_code> outcomes;
  int releases = 0;
};
ChainScript* chain_script = nullptr;

connector_code apply(void*, const connector_record* in, std::uint64_t count,
                     connector_transformed* out, connector_outcome* outcomes, connector_call*) {
  for (const auto& [index, code] : chain_script->outcomes) outcomes[index].code = code;
  auto* records = new std::vector<connector_record>();
  for (const std::uint32_t index : chain_script->source_index)
    records->push_back(in[std::min<std::uint64_t>(index, count - 1)]);
  out->batch.records = records->data();
  out->batch.record_count = records->size();
  out->batch.producer_data = records;
  out->batch.release = [](connector_batch* batch) {
    ++chain_script->releases;
    delete static_cast<std::vector<connector_record>*>(batch->producer_data);
  };
  out->source_index = chain_script->hides_index ? nullptr : chain_script->source_index.data();
  return CONNECTOR_OK;
}

constexpr connector_lifecycle_ops lifecycle = {
    sizeof(connector_lifecycle_ops),
    0,
    [](void*, connector_call*) -> connector_code { return CONNECTOR_OK; },
    [](void*, connector_call*) -> connector_code { return CONNECTOR_OK; },
    [](void*) {},
    [](void*) {}};
constexpr connector_transform_ops ops = {sizeof(connector_transform_ops), 0, &lifecycle, apply};
constexpr connector_component scripted = {sizeof(connector_component),
                                          CONNECTOR_TRANSFORM,
                                          connector::view("scripted"),
                                          connector::view("As it is told."),
                                          nullptr,
                                          0,
                                          nullptr,
                                          0,
                                          &ops,
                                          [](const connector_host_api*, connector_view,
                                             connector_call*) -> void* { return &chain_script; },
                                          [](void*) {}};

class TransformChainTest : public testing::Test {
 protected:
  TransformChainTest() {
    chain_script = &told;
    guarded.maintain();  // opens it
    for (Entry& entry : entries) inputs.push_back(&entry);
  }
  ~TransformChainTest() override { guarded.shut(); }

  ChainScript told;
  world::RealWorld world;
  const connector::testing::FakeHost host;
  plugin::TransformHandle handle{scripted, *host.raw(), "{}"};
  middleware::Breaker breaker{world, {}};
  std::string broken;
  GuardedTransform guarded{handle,
                           breaker,
                           world,
                           {},
                           {[] {}, [] {}, [this](const std::string& why) { broken = why; }, [] {}}};
  TaskSettings settings;
  LaneTracing tracing{settings, world, nullptr,
                      [](std::string_view text) { return std::string(text); }};
  TransformChain chain{{&guarded}, tracing, world, 1s};
  Entry entries[3];
  std::vector<Entry*> inputs;
};

TEST_F(TransformChainTest, One_input_may_become_several_and_another_none) {
  told.source_index = {0, 0, 2};
  ASSERT_FALSE(chain.apply(inputs));
  EXPECT_EQ(chain.sources(), (std::vector<Entry*>{inputs[0], inputs[0], inputs[2]}));
  ASSERT_EQ(chain.fates().size(), 1u);
  EXPECT_EQ(chain.fates()[0].entry, inputs[1]);
  EXPECT_EQ(chain.fates()[0].outcome.code, CONNECTOR_OK);  // dropped
  chain.clear();
  EXPECT_EQ(told.releases, 1);
}

TEST_F(TransformChainTest, An_input_that_is_not_OK_has_no_output_whatever_the_transform_made) {
  told.source_index = {0, 1, 2};
  told.outcomes = {{1, CONNECTOR_REJECTED}};
  ASSERT_FALSE(chain.apply(inputs));
  EXPECT_EQ(chain.sources(), (std::vector<Entry*>{inputs[0], inputs[2]}));
  EXPECT_EQ(chain.fates()[0].outcome.code, CONNECTOR_REJECTED);
}

class WrongIndex : public TransformChainTest,
                   public testing::WithParamInterface<std::vector<std::uint32_t>> {};

TEST_P(WrongIndex, Fails_the_task_and_settles_nothing) {
  told.source_index = GetParam();
  EXPECT_TRUE(chain.apply(inputs));
  EXPECT_TRUE(chain.fates().empty());
  EXPECT_NE(broken.find("source_index"), std::string::npos) << broken;
}
INSTANTIATE_TEST_SUITE_P(TransformChain, WrongIndex,
                         testing::Values(std::vector<std::uint32_t>{1, 0, 2},
                                         std::vector<std::uint32_t>{0, 1, 3},
                                         std::vector<std::uint32_t>{2, 1}));

TEST_F(TransformChainTest, Outputs_without_an_index_fail_the_task) {
  told.source_index = {0, 1, 2};
  told.hides_index = true;
  EXPECT_TRUE(chain.apply(inputs));
  EXPECT_NE(broken.find("source_index"), std::string::npos);
  EXPECT_EQ(told.releases, 1);
}

}  // namespace
}  // namespace connector_host::pipeline
