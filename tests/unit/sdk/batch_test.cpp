// BatchPool and BatchBuilder: memory that stays put while it is leased and is used again
// afterwards.
#include <gtest/gtest.h>
#include <connector/batch.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "memory_watch.hpp"

namespace {

using connector::BatchBuilder;
using connector::BatchPool;
using connector::text;

connector_batch empty_batch() {
  connector_batch batch{};
  batch.struct_size = sizeof batch;
  return batch;
}

TEST(BatchBuilder, What_was_copied_stays_where_it_is) {
  BatchBuilder builder;
  std::vector<connector_view> views;
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) {
    texts.push_back(std::string(std::size_t(i % 300), char('a' + i % 26)));
    views.push_back(builder.copy(texts.back()));
  }
  for (std::size_t i = 0; i < views.size(); ++i) ASSERT_EQ(text(views[i]), texts[i]);
}

TEST(BatchBuilder, An_empty_copy_is_not_null) {
  BatchBuilder builder;
  EXPECT_FALSE(connector::is_null(builder.copy("")));
  EXPECT_EQ(builder.copy("").size, 0u);
}

TEST(BatchBuilder, A_body_larger_than_a_chunk_stands_among_small_ones) {
  BatchBuilder builder;
  const auto small = builder.copy("small");
  const std::string large(1'000'000, 'x');
  const auto body = builder.copy(large);
  const auto after = builder.copy("after");
  EXPECT_EQ(text(small), "small");
  EXPECT_EQ(text(body), large);
  EXPECT_EQ(text(after), "after");
  EXPECT_GE(builder.bytes(), large.size());
}

TEST(BatchBuilder, Headers_and_bodies_are_aligned_for_headers) {
  BatchBuilder builder;
  builder.copy("odd");
  connector_header* const headers = builder.headers(3);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(headers) % alignof(connector_header), 0u);
  EXPECT_TRUE(connector::is_null(headers[2].value));
}

TEST(BatchPool, A_finished_batch_is_a_lease_over_its_records) {
  BatchPool pool;
  auto builder = pool.take();
  for (int i = 0; i < 100; ++i) builder->add().position = std::uint64_t(i);
  builder->last().value = builder->copy("last");
  connector_batch batch = empty_batch();
  pool.finish(std::move(builder), batch);
  ASSERT_EQ(batch.record_count, 100u);
  EXPECT_EQ(batch.records[42].position, 42u);
  EXPECT_TRUE(connector::is_null(batch.records[42].value));
  EXPECT_EQ(text(batch.records[99].value), "last");
  EXPECT_GE(batch.byte_count, 4u);
  batch.release(&batch);
  EXPECT_EQ(batch.release, nullptr);
}

TEST(BatchPool, A_batch_without_records_holds_nothing) {
  BatchPool pool;
  auto builder = pool.take();
  builder->copy("not of any record");
  connector_batch batch = empty_batch();
  pool.finish(std::move(builder), batch);
  EXPECT_EQ(batch.release, nullptr);
  EXPECT_EQ(batch.record_count, 0u);
}

TEST(BatchPool, Released_memory_is_used_again) {
  BatchPool pool;
  auto builder = pool.take();
  const BatchBuilder* const address = builder.get();
  const char* const memory = builder->copy("first").data;
  builder->add();
  connector_batch batch = empty_batch();
  pool.finish(std::move(builder), batch);
  batch.release(&batch);
  builder = pool.take();
  EXPECT_EQ(builder.get(), address);
  EXPECT_TRUE(builder->empty());
  EXPECT_EQ(builder->bytes(), 0u);
  EXPECT_EQ(builder->copy("second").data, memory);
}

TEST(BatchPool, A_large_body_is_not_kept_after_its_batch) {
  BatchPool pool;
  auto builder = pool.take();
  builder->copy("small");
  builder->copy(std::string(10'000'000, 'x'));
  builder->copy("small");
  builder->add();
  connector_batch batch = empty_batch();
  pool.finish(std::move(builder), batch);
  EXPECT_GE(batch.byte_count, 10'000'000u);
  batch.release(&batch);
  builder = pool.take();
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(text(builder->copy("again")), "again");
  EXPECT_LT(builder->bytes(), 1'000'000u);
}

// A lease over records of `size` bytes.
connector_batch leased(BatchPool& pool, int records, std::size_t size) {
  const std::string body(size, 'x');
  auto builder = pool.take();
  for (int i = 0; i < records; ++i) builder->add().value = builder->copy(body);
  connector_batch batch = empty_batch();
  pool.finish(std::move(builder), batch);
  return batch;
}

TEST(BatchPool, A_batch_of_one_small_record_pins_little_and_says_how_much) {
  BatchPool pool;
  connector_batch batch = leased(pool, 1, 100);
  EXPECT_GE(batch.byte_count, 4096u);
  EXPECT_LT(batch.byte_count, 5000u);
  batch.release(&batch);
}

TEST(BatchPool, A_small_batch_in_the_memory_of_a_large_one_pins_no_more_than_it_uses) {
  BatchPool pool;
  connector_batch large = leased(pool, 10, 60'000);
  EXPECT_GE(large.byte_count, 600'000u);
  EXPECT_LT(large.byte_count, 800'000u);
  large.release(&large);
  connector_batch small = leased(pool, 1, 100);
  EXPECT_LT(small.byte_count, 4096u + 16 * sizeof(connector_record) + 1);
  small.release(&small);
}

TEST(BatchPool, What_a_batch_says_that_it_holds_is_at_least_what_was_put_in) {
  BatchPool pool;
  for (const std::size_t size : {0u, 1u, 500u, 5'000u, 50'000u, 70'000u}) {
    for (const int records : {1, 7, 200}) {
      connector_batch batch = leased(pool, records, size);
      EXPECT_GE(batch.byte_count, std::uint64_t(records) * (size + sizeof(connector_record)))
          << records << " of " << size;
      EXPECT_LE(batch.byte_count,
                2 * std::uint64_t(records) * (size + 8 + sizeof(connector_record)) +
                    200 * sizeof(connector_record) * 2 + 65'536u)
          << records << " of " << size;
      batch.release(&batch);
    }
  }
}

TEST(BatchPool, In_its_stride_it_allocates_nothing) {
  BatchPool pool;
  const auto round = [&] {
    connector_batch batch = leased(pool, 500, 1200);
    batch.release(&batch);
  };
  round();
  round();
  const connector_tests::MemoryWatch watch;
  round();
  EXPECT_EQ(watch.allocations(), 1u) << "the body that the test makes";
}

// Large batches and small ones in turn: the chunks that a small one releases serve the next large
// one.
TEST(BatchPool, Batches_of_changing_sizes_share_their_chunks) {
  BatchPool pool;
  const auto round = [&] {
    for (const int records : {500, 1, 500, 20}) {
      connector_batch batch = leased(pool, records, 1200);
      batch.release(&batch);
    }
  };
  round();
  const connector_tests::MemoryWatch watch;
  round();
  EXPECT_LE(watch.allocations(), 4u + 2 * 4)
      << "the bodies of the test, and chunks smaller than the usual one";
}

TEST(BatchPool, A_lease_outlives_its_pool_and_is_released_on_any_thread) {
  connector_batch batch = empty_batch();
  {
    BatchPool pool;
    auto builder = pool.take();
    builder->add().value = builder->copy("still there");
    pool.finish(std::move(builder), batch);
  }
  EXPECT_EQ(text(batch.records[0].value), "still there");
  std::thread([&] { batch.release(&batch); }).join();
  EXPECT_EQ(batch.release, nullptr);
}

}  // namespace
