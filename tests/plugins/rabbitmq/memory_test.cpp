// What the source holds in memory, and what it does when there is none.
#include <malloc.h>

#include <deque>

#include "allocation_limit.hpp"
#include "broker.hpp"
#include "fake_broker.hpp"

namespace {

using namespace rabbitmq_test;

// What the whole program has from the allocator. Says nothing under a sanitizer, which has an
// allocator of its own.
std::size_t allocated() {
  const struct mallinfo2 all = ::mallinfo2();
  return all.uordblks + all.hblkhd;
}

// A host with room for less than the broker sends: it takes a few, services the connection while it
// has no room, and settles the oldest. What is buffered then is never used up.
TEST(RabbitmqMemory, A_host_that_takes_less_than_the_broker_sends_costs_no_memory_in_the_long_run) {
  constexpr std::size_t body_size = 8192, room = 100, records = 20'000, settled_down = 4'000;
  FakeBroker broker(FakeBroker::answers_all, body_size);
  TestSource source("q", {{"prefetch", "300"}, {"depth_interval", "0ms"}}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  std::deque<std::vector<std::uint64_t>> in_flight;
  std::size_t count = 0, taken = 0, before = 0;
  while (taken < records) {
    const Lease lease = source.take(std::uint32_t(room - count));
    ASSERT_GT(lease.size(), 0u) << source.why();
    for (std::uint64_t i = 0; i < lease.size(); ++i)
      ASSERT_EQ(lease[i].value.data[body_size - 1], FakeBroker::byte_of(taken + i + 1));
    in_flight.push_back(lease.positions());
    count += lease.size();
    taken += lease.size();
    if (count < room) continue;
    Lease none;
    ASSERT_EQ(source.poll(none, 0, 1), CONNECTOR_OK) << source.why();
    ASSERT_EQ(source.ack(in_flight.front()), CONNECTOR_OK) << source.why();
    count -= in_flight.front().size();
    in_flight.pop_front();
    if (before == 0 && taken >= settled_down) before = allocated();
  }
  EXPECT_LT(allocated(), before + 16 * 1024 * 1024);
}

// A frame of it is lost with that, so only the broker can give the message again.
TEST(RabbitmqMemory, A_message_without_memory_for_its_body_comes_again_and_whole) {
  constexpr std::size_t body_size = 1 << 20;
  FakeBroker broker(FakeBroker::answers_all, body_size);
  TestSource source("q", {{"prefetch", "2"}, {"depth_interval", "0ms"}}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  Lease lease;
  {
    const AllocationLimit limit(body_size / 2);
    ASSERT_EQ(source.poll(lease, 10, 15'000), CONNECTOR_NOT_CONNECTED);
  }
  EXPECT_NE(source.why().find("bad_alloc"), std::string::npos) << source.why();
  ASSERT_EQ(source.poll(lease, 10, 15'000), CONNECTOR_NOT_CONNECTED)
      << "a connection with a gap in its frames was used";
  source.close();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Lease whole = source.take(1);
  ASSERT_EQ(whole.size(), 1u) << source.why();
  EXPECT_EQ(whole.values().front(), std::string(body_size, FakeBroker::byte_of(1)));
}

}  // namespace
