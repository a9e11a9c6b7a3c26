#include "host/pipeline/dead_letter_record.hpp"

#include <gtest/gtest.h>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

std::string header(const connector_record& record, std::string_view name) {
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    if (connector::text(record.headers[i].name) == name)
      return std::string(connector::text(record.headers[i].value));
  }
  return "(none)";
}

class DeadLetterRecordTest : public testing::Test {
 protected:
  DeadLetterRecordTest() {
    settings.connector = "c";
    settings.task = 3;
    entry.record.value = connector::view(value);
    entry.record.headers = own;
    entry.record.header_count = 1;
    entry.failed_at = "IDENTIFY";
    entry.reason = "the value is not JSON";
  }
  TaskSettings settings;
  Entry entry;
  std::string value = std::string(10000, 'v');
  connector_header own[1] = {{connector::view("trace"), connector::view("t"), CONNECTOR_TEXT, 0}};
};

TEST_F(DeadLetterRecordTest, Has_the_records_own_bytes_and_headers_and_says_what_happened) {
  const DeadLetterRecord letter(entry, settings);
  const connector_record& record = letter.record();
  EXPECT_EQ(record.value.data, value.data());
  EXPECT_EQ(header(record, "trace"), "t");
  EXPECT_EQ(header(record, "__connect.errors.connector.name"), "c");
  EXPECT_EQ(header(record, "__connect.errors.task.id"), "3");
  EXPECT_EQ(header(record, "__connect.errors.stage"), "IDENTIFY");
  EXPECT_EQ(header(record, "__connect.errors.exception.message"), "the value is not JSON");
}

TEST_F(DeadLetterRecordTest,
       Once_refused_as_too_large_it_is_short_and_names_size_and_digest_of_the_whole) {
  entry.truncated = true;
  const DeadLetterRecord letter(entry, settings);
  const connector_record& record = letter.record();
  EXPECT_EQ(record.value.size, DeadLetterRecord::truncated_bytes);
  EXPECT_EQ(header(record, "trace"), "(none)");
  EXPECT_EQ(header(record, "__connect.errors.truncated.size"), "10000");
  // sha256sum of ten thousand times 'v'
  EXPECT_EQ(header(record, "__connect.errors.truncated.sha256"),
            "6824c522ee46696e776ca3970620ce3a02c29d2618f0c22f3362083245afa12e");
  EXPECT_EQ(header(record, "__connect.errors.exception.message"), "the value is not JSON");
}

TEST_F(DeadLetterRecordTest, Stays_whole_when_it_is_moved) {
  DeadLetterRecord letter(entry, settings);
  const DeadLetterRecord moved(std::move(letter));
  EXPECT_EQ(header(moved.record(), "__connect.errors.exception.message"), "the value is not JSON");
}

}  // namespace
}  // namespace connector_host::pipeline
