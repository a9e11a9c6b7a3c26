#include "plugins/rabbitmq/field_value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>

#include "connector/view.hpp"
#include "field_row.hpp"
#include "plugins/rabbitmq/field_json.hpp"

namespace {

using namespace connector_host_plugins::rabbitmq;
using rabbitmq_test::field;
using rabbitmq_test::FieldRow;

class RabbitmqField : public testing::TestWithParam<FieldRow> {};

TEST_P(RabbitmqField, Becomes_the_header_of_its_row) {
  const FieldRow& row = GetParam();
  connector::BatchBuilder batch;
  const CopiedBytes copied({0, nullptr}, batch);
  const connector_header header = header_of({bytes_of("name"), row.field}, copied);
  EXPECT_EQ(connector::text(header.name), "name");
  EXPECT_EQ(header.type, row.type);
  EXPECT_EQ(connector::text(header.value), row.text);
  EXPECT_EQ(connector::is_null(header.value), row.is_null);
}

INSTANTIATE_TEST_SUITE_P(Rows, RabbitmqField, testing::ValuesIn(rabbitmq_test::field_rows()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(RabbitmqCopiedBytes, Views_into_the_block_become_views_into_its_copy) {
  const std::string block = "abcdef";
  connector::BatchBuilder batch;
  const CopiedBytes copied(bytes_of(block), batch);
  const connector_view whole = copied.at(bytes_of(block)),
                       part = copied.at(bytes_of(std::string_view(block).substr(2, 3)));
  EXPECT_EQ(connector::text(part), "cde");
  EXPECT_EQ(part.data, whole.data + 2);
  EXPECT_NE(static_cast<const void*>(whole.data), block.data());
}

TEST(RabbitmqFieldJson, Numbers_that_json_has_no_word_for_are_text) {
  amqp_field_value_t value = field(AMQP_FIELD_KIND_F64);
  value.value.f64 = std::nan("");
  EXPECT_EQ(json_of(value), "\"NaN\"");
  value.value.f64 = -INFINITY;
  EXPECT_EQ(json_of(value), "\"-Infinity\"");
}

TEST(RabbitmqFieldJson, Nesting_beyond_the_limit_becomes_null) {
  std::deque<amqp_field_value_t> levels{field(AMQP_FIELD_KIND_VOID)};
  for (int i = 0; i < json_depth + 10; ++i) {
    amqp_field_value_t around = field(AMQP_FIELD_KIND_ARRAY);
    around.value.array = {1, &levels.back()};
    levels.push_back(around);
  }
  const std::string json = json_of(levels.back());
  EXPECT_EQ(json, std::string(json_depth, '[') + "null" + std::string(json_depth, ']'));
}

TEST(RabbitmqFieldCount, A_count_is_read_from_any_width_and_never_negative) {
  EXPECT_EQ(count_in(rabbitmq_test::int_field(7)), 7u);
  EXPECT_EQ(count_in(rabbitmq_test::int_field(-7)), 0u);
  amqp_field_value_t huge = field(AMQP_FIELD_KIND_I64);
  huge.value.i64 = std::int64_t(1) << 40;
  EXPECT_EQ(count_in(huge), 4294967295u);
  EXPECT_EQ(count_in(field(AMQP_FIELD_KIND_VOID)), 0u);
}

}  // namespace
