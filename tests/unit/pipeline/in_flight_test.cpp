#include "host/pipeline/in_flight.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

class InFlightTest : public testing::Test {
 protected:
  Lease& lease(std::size_t records, std::uint64_t bytes) {
    connector_batch batch{};
    batch.record_count = records;
    batch.byte_count = bytes;
    batch.producer_data = &released;
    batch.release = [](connector_batch* done) {
      ++*static_cast<int*>(done->producer_data);
      done->release = nullptr;
    };
    return in_flight.take(batch);
  }
  Entry& admit(Lease& from, std::uint64_t position, const std::string& id = {}) {
    connector_record record{};
    record.position = position;
    Entry& entry = in_flight.admit(from, record, world::Time(std::chrono::seconds(position)));
    entry.id = id;
    entry.id_hash = JoinTable::hash_of(id);
    return entry;
  }
  void finish(Entry& entry, Verdict verdict) {
    entry.verdict = verdict;
    in_flight.finish(entry, acks, nacks);
  }

  IntakeCounters counters;
  InFlight in_flight{4, 1000, counters};
  std::vector<std::uint64_t> acks, nacks;
  int released = 0;
};

TEST_F(InFlightTest, A_lease_is_released_with_its_last_record_and_charged_until_then) {
  Lease& both = lease(2, 600);
  Entry& first = admit(both, 1);
  Entry& second = admit(both, 2);
  finish(first, Verdict::delivered);
  EXPECT_EQ(released, 0);
  EXPECT_EQ(in_flight.room_bytes(), 400u);
  finish(second, Verdict::delivered);
  EXPECT_EQ(released, 1);
  EXPECT_EQ(counters.in_flight_bytes.value(), 0u);
  EXPECT_TRUE(in_flight.empty());
}

TEST_F(InFlightTest, There_is_room_until_records_or_bytes_run_out_and_always_for_one) {
  EXPECT_EQ(in_flight.room_records(), 4u);
  Entry& only = admit(lease(1, 5000), 1);
  EXPECT_EQ(in_flight.room_records(), 0u);
  finish(only, Verdict::delivered);
  EXPECT_EQ(in_flight.room_records(), 4u);
}

TEST_F(InFlightTest, A_second_copy_of_an_id_takes_the_first_ones_outcome) {
  Entry& first = admit(lease(1, 1), 1, "a");
  EXPECT_EQ(in_flight.join(first), nullptr);
  Entry& copy = admit(lease(1, 1), 2, "a");
  EXPECT_EQ(in_flight.join(copy), &first);
  finish(first, Verdict::delivered);
  EXPECT_EQ(acks, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(counters[IntakeCount::delivered].value(), 1u);
  EXPECT_EQ(counters[IntakeCount::duplicate].value(), 1u);
}

TEST_F(InFlightTest, When_the_first_goes_back_so_does_every_copy) {
  Entry& first = admit(lease(1, 1), 1, "a");
  in_flight.join(first);
  in_flight.join(admit(lease(1, 1), 2, "a"));
  finish(first, Verdict::returned);
  EXPECT_EQ(nacks, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(counters[IntakeCount::returned].value(), 2u);
}

TEST_F(InFlightTest, An_id_is_free_again_once_its_record_is_finished) {
  Entry& first = admit(lease(1, 1), 1, "a");
  in_flight.join(first);
  finish(first, Verdict::delivered);
  EXPECT_EQ(in_flight.join(admit(lease(1, 1), 2, "a")), nullptr);
}

TEST_F(InFlightTest, A_record_that_was_copied_out_no_longer_pins_its_lease) {
  Entry& entry = admit(lease(1, 600), 1);
  entry.copy = std::string(50, 'x');
  in_flight.detach(entry);
  EXPECT_EQ(released, 1);
  EXPECT_EQ(counters.in_flight_bytes.value(), 50u);
  finish(entry, Verdict::delivered);
  EXPECT_EQ(counters.in_flight_bytes.value(), 0u);
}

TEST_F(InFlightTest, Knows_how_old_the_oldest_is) {
  EXPECT_EQ(in_flight.oldest(), world::never);
  Lease& both = lease(2, 1);
  admit(both, 9);
  admit(both, 4);
  EXPECT_EQ(in_flight.oldest(), world::Time(std::chrono::seconds(4)));
}

}  // namespace
}  // namespace connector_host::pipeline
