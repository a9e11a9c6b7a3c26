// What the host calls back while there is no memory: nothing is thrown through it, which is C to
// us.
#include <gtest/gtest.h>
#include <connector/plugin.hpp>

#include <new>
#include <string>
#include <vector>

#include "memory_watch.hpp"

namespace {

using connector_tests::MemoryWatch;

TEST(NoMemory, A_batch_is_finished_and_released_all_the_same) {
  connector::BatchPool pool;
  std::vector<connector_batch> batches(100, connector_batch{});
  for (connector_batch& batch : batches) {
    auto builder = pool.take();
    for (int i = 0; i < 10; ++i) builder->add().value = builder->copy(std::string(10'000, 'x'));
    const MemoryWatch none(MemoryWatch::Mode::fail);
    pool.finish(std::move(builder), batch);
  }
  {
    const MemoryWatch none(MemoryWatch::Mode::fail);
    for (connector_batch& batch : batches) batch.release(&batch);
  }
  for (const connector_batch& batch : batches) EXPECT_EQ(batch.release, nullptr);
  const std::string body(10'000, 'y');
  EXPECT_EQ(connector::text(pool.take()->copy(body)), body);
}

class Twice : public connector::Transform {
 public:
  static constexpr std::string_view type = "twice", description = "Each record twice.";
  Twice(connector::Host, const connector::Config&) {}
  void apply(connector::Records records, connector::Outputs& outputs, connector::Outcomes&,
             connector::Call&) override {
    for (std::size_t i = 0; i < 2 * records.size(); ++i)
      outputs.emit(i / 2).value = outputs.memory().copy(records[i / 2].value());
  }
};

TEST(NoMemory, A_transform_s_output_is_released_all_the_same) {
  const auto& ops =
      *static_cast<const connector_transform_ops*>(connector::component<Twice>()->ops);
  Twice twice(connector::Host(nullptr), connector::Config("{}"));
  connector_record in{};
  in.value = connector::view("value");
  connector_outcome outcome{};
  connector_transformed out{};
  connector_call call{};
  ASSERT_EQ(ops.apply(static_cast<connector::Transform*>(&twice), &in, 1, &out, &outcome, &call),
            CONNECTOR_OK)
      << call.message;
  ASSERT_EQ(out.batch.record_count, 2u);
  EXPECT_EQ(out.source_index[1], 0u);
  EXPECT_EQ(connector::text(out.batch.records[1].value), "value");
  EXPECT_GE(out.batch.byte_count, 2 * sizeof(connector_record));
  const MemoryWatch none(MemoryWatch::Mode::fail);
  out.batch.release(&out.batch);
  EXPECT_EQ(out.batch.release, nullptr);
}

// noexcept as C is: an exception that came through would end the program.
connector_code give_state(void*, connector_view, void (*with)(void*, connector_view),
                          void* arg) noexcept {
  static constexpr char value[] = "a state that is too long to be kept without memory of its own";
  with(arg, connector::view(value));
  return CONNECTOR_OK;
}

TEST(NoMemory, A_state_that_cannot_be_kept_is_an_exception_on_our_side_of_the_host) {
  connector_host_api api{};
  api.struct_size = sizeof api;
  api.state_get = give_state;
  const connector::Host host(&api);
  bool thrown = false;
  try {
    const MemoryWatch none(MemoryWatch::Mode::fail);
    host.state("mark");
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
  EXPECT_TRUE(host.state("mark"));
}

}  // namespace
