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
  Entry& admit(Lease& from, std::uint64_t position, const std::string& id = {},
               std::string_view value = {}, bool redelivered = false) {
    connector_record record{};
    record.position = position;
    record.value = connector::view(value);
    record.flags = redelivered ? CONNECTOR_REDELIVERED : 0;
    Entry& entry = in_flight.admit(from, record, world::Time(std::chrono::seconds(position)));
    entry.id = id;
    entry.id_hash = JoinTable::hash_of(id);
    return entry;
  }
  Entry* finish(Entry& entry, Verdict verdict) {
    entry.verdict = verdict;
    return in_flight.finish(entry, acks, nacks);
  }

  IntakeCounters counters;
  InFlight in_flight{4, 1000, InFlight::Join::same_id, counters};
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

TEST_F(InFlightTest, A_decoded_value_is_charged_until_its_entry_is_finished) {
  Entry& entry = admit(lease(1, 100), 1);
  EXPECT_TRUE(in_flight.may_decode());
  entry.decoded = std::make_unique<DecodedValue>();
  entry.decoded->value.assign(1000, 'v');
  in_flight.charge_decoded(entry);
  EXPECT_EQ(counters.in_flight_bytes.value(), 1100u);
  EXPECT_FALSE(in_flight.may_decode());
  EXPECT_EQ(in_flight.room_records(), 0u);
  finish(entry, Verdict::delivered);
  EXPECT_EQ(counters.in_flight_bytes.value(), 0u);
  EXPECT_TRUE(in_flight.may_decode());
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

TEST_F(InFlightTest, Copies_of_a_dead_lettered_record_become_records_of_their_own) {
  for (const Verdict verdict : {Verdict::dead_lettered, Verdict::dropped}) {
    acks.clear();
    Entry& first = admit(lease(1, 1), 1, "a", "too large");
    in_flight.join(first);
    Entry& corrected = admit(lease(1, 1), 2, "a", "corrected");
    in_flight.join(corrected);
    Entry& third = admit(lease(1, 1), 3, "a", "third");
    in_flight.join(third);
    Entry* next = finish(first, verdict);
    ASSERT_NE(next, nullptr);
    EXPECT_EQ(acks, std::vector<std::uint64_t>{1});
    EXPECT_EQ(connector::text(next->record.value), "corrected");
    EXPECT_EQ(next->stage, Stage::fresh);
    EXPECT_EQ(in_flight.join(admit(lease(1, 1), 4, "a")), next);
    EXPECT_EQ(finish(*next, Verdict::delivered), nullptr);
    EXPECT_EQ(acks.size(), 4u);
    EXPECT_TRUE(in_flight.empty());
  }
}

class WithoutStoreTest : public InFlightTest {
 protected:
  WithoutStoreTest() : first(admit_in(plain, 1, "a", "one")) { plain.join(first); }
  Entry& admit_in(InFlight& where, std::uint64_t position, const std::string& id,
                  std::string_view value, bool redelivered = false) {
    connector_batch batch{};
    batch.record_count = 1;
    connector_record record{};
    record.position = position;
    record.value = connector::view(value);
    record.flags = redelivered ? CONNECTOR_REDELIVERED : 0;
    Entry& entry = where.admit(where.take(batch), record, world::Time{});
    entry.id = id;
    entry.id_hash = JoinTable::hash_of(id);
    return entry;
  }

  InFlight plain{8, 1000, InFlight::Join::redeliveries, counters};
  Entry& first;
};

TEST_F(WithoutStoreTest, A_second_record_with_the_id_is_not_joined) {
  EXPECT_EQ(plain.join(admit_in(plain, 2, "a", "one")), nullptr);
  EXPECT_EQ(plain.join(admit_in(plain, 3, "a", "two")), nullptr);
}

TEST_F(WithoutStoreTest, A_redelivery_joins_the_record_with_its_id_and_value_only) {
  Entry& second = admit_in(plain, 2, "a", "two");
  plain.join(second);
  EXPECT_EQ(plain.join(admit_in(plain, 3, "a", "one", true)), &first);
  EXPECT_EQ(plain.join(admit_in(plain, 4, "a", "two", true)), &second);
  EXPECT_EQ(plain.join(admit_in(plain, 5, "a", "three", true)), nullptr);
}

TEST_F(WithoutStoreTest, A_redelivery_joins_a_record_that_was_copied_out) {
  std::string copy = "one";
  first.copy = copy;
  first.record.value = connector::view(std::string_view(first.copy));
  plain.detach(first);
  EXPECT_EQ(plain.join(admit_in(plain, 2, "a", "one", true)), &first);
}

}  // namespace
}  // namespace connector_host::pipeline
