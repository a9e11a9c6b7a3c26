// BatchPool and BatchBuilder: memory that stays put while it is leased and is used again afterwards.
#include <gtest/gtest.h>
#include <connector/batch.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

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
