#include "host/pipeline/returned_keys.hpp"

#include <gtest/gtest.h>

#include "connector/view.hpp"
#include "host/pipeline/join_table.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

class ReturnedKeysTest : public testing::Test {
 protected:
  static Entry entry(const std::string& id, const char* key = "key") {
    Entry out;
    out.id = id;
    out.id_hash = JoinTable::hash_of(id);
    out.record.key = key ? connector::view(std::string_view(key)) : connector::null_view();
    out.order_key = key ? JoinTable::hash_of(key) : out.id_hash;
    return out;
  }

  ReturnedKeys keys;
  const world::Time now{1h};
};

TEST_F(ReturnedKeysTest, Later_records_of_the_key_go_back_until_the_first_is_there_again) {
  keys.returned(entry("one"), now);
  keys.returned(entry("two"), now);
  EXPECT_TRUE(keys.goes_back(entry("three"), now));
  EXPECT_FALSE(keys.goes_back(entry("other", "another key"), now));
  EXPECT_FALSE(keys.goes_back(entry("one"), now));
  EXPECT_FALSE(keys.goes_back(entry("two"), now));
  EXPECT_TRUE(keys.empty());
}

TEST_F(ReturnedKeysTest, A_record_that_does_not_come_again_is_forgotten) {
  keys.returned(entry("one"), now);
  EXPECT_FALSE(keys.goes_back(entry("two"), now + ReturnedKeys::patience));
  EXPECT_TRUE(keys.empty());
}

TEST_F(ReturnedKeysTest, A_record_goes_back_behind_another_once) {
  keys.returned(entry("one"), now);
  EXPECT_TRUE(keys.goes_back(entry("two"), now));
  EXPECT_TRUE(keys.goes_back(entry("three"), now));
  EXPECT_FALSE(keys.goes_back(entry("two"), now));
  EXPECT_FALSE(keys.goes_back(entry("three"), now));
}

TEST_F(ReturnedKeysTest, A_record_without_a_key_has_no_followers) {
  keys.returned(entry("one", nullptr), now);
  EXPECT_TRUE(keys.empty());
}

}  // namespace
}  // namespace connector_host::pipeline
