// Config: every type of option, unset ones, and a plugin's own mistakes.
#include <gtest/gtest.h>
#include <connector/config.hpp>

#include <chrono>
#include <string>

namespace {

using connector::Config;

const Config& sample() {
  static const Config config(
      R"({"name":"a","empty":"","port":5672,"share":0.25,"on":true,"off":false,"wait":1500,"room":1048576,)"
      R"("hosts":["a","b"],"none":[],"properties":{"z":"1","a":"2"},"unset":null,"below":-3})");
  return config;
}

template <class F>
std::string mistake(F&& ask) {
  try {
    ask();
  } catch (const connector::Error& error) {
    EXPECT_EQ(error.code(), CONNECTOR_BAD_CONFIG);
    return error.what();
  }
  return "";
}

TEST(Config, Every_type_is_read) {
  EXPECT_EQ(sample().string("name"), "a");
  EXPECT_EQ(sample().string("empty"), "");
  EXPECT_EQ(sample().integer("port"), 5672);
  EXPECT_EQ(sample().integer("below"), -3);
  EXPECT_EQ(sample().number("share"), 0.25);
  EXPECT_EQ(sample().number("port"), 5672.0);
  EXPECT_TRUE(sample().boolean("on"));
  EXPECT_FALSE(sample().boolean("off"));
  EXPECT_EQ(sample().duration("wait"), std::chrono::milliseconds(1500));
  EXPECT_EQ(sample().size("room"), 1048576u);
  EXPECT_EQ(sample().list("hosts"), (Config::List{"a", "b"}));
  EXPECT_TRUE(sample().list("none").empty());
}

TEST(Config, A_map_keeps_the_order_of_the_topology) {
  EXPECT_EQ(sample().map("properties"), (Config::Map{{"z", "1"}, {"a", "2"}}));
}

TEST(Config, An_unset_option_is_known_and_has_no_value) {
  EXPECT_FALSE(sample().has("unset"));
  EXPECT_TRUE(sample().has("empty"));
  EXPECT_EQ(sample().string_or("unset", "otherwise"), "otherwise");
  EXPECT_EQ(sample().string_or("name", "otherwise"), "a");
  EXPECT_NE(mistake([] { sample().string("unset"); }).find("'unset' is not set"),
            std::string::npos);
}

TEST(Config, An_option_that_was_not_declared_is_the_plugins_mistake) {
  EXPECT_NE(mistake([] { sample().string("nmae"); }).find("'nmae' is not declared"),
            std::string::npos);
  EXPECT_NE(mistake([] { sample().has("nmae"); }).find("'nmae' is not declared"),
            std::string::npos);
}

TEST(Config, An_option_asked_for_as_another_type_is_the_plugins_mistake) {
  EXPECT_NE(mistake([] { sample().integer("name"); }).find("another type"), std::string::npos);
  EXPECT_NE(mistake([] { sample().integer("share"); }).find("not a number of this type"),
            std::string::npos);
  EXPECT_NE(mistake([] { sample().list("properties"); }).find("another type"), std::string::npos);
}

TEST(Config, What_no_host_writes_is_refused) {
  for (const char* text :
       {"", "[]", "{\"a\":}", "{\"a\" 1}", "{\"a\":1", "{\"a\":1}}", "{\"a\":[1}"})
    EXPECT_THROW(Config{text}, connector::Error) << text;
}

}  // namespace
