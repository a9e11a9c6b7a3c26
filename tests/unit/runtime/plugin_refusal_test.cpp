#include "host/runtime/plugin_refusal.hpp"

#include <gtest/gtest.h>

namespace connector_host::runtime {
namespace {

const topology::FlatConfig flat = {{"sink.topic", "t"}, {"sink.properties.ssl.key.location", "/k"}};

TEST(PluginRefusal, Is_about_the_key_of_the_option_that_the_plugin_names) {
  EXPECT_EQ(plugin_refusal("a: b", flat, "connectors.a: b.sink: option 'topic': is no name").line(),
            "sink.topic: is no name");
  EXPECT_EQ(plugin_refusal("x", flat,
                           "connectors.x.sink: option 'properties.ssl.key.location': cannot use /k")
                .line(),
            "sink.properties.ssl.key.location: cannot use /k");
}

TEST(PluginRefusal, Is_about_the_connector_where_no_key_of_it_is_named) {
  for (const char* why :
       {"connectors.x.sink: the broker is a lie", "connectors.x.sink: option 'topic' is no name",
        "connectors.x.sink: option 'none': why", "connectors.y.sink: option 'topic': why",
        ": option 'topic': why"}) {
    EXPECT_EQ(plugin_refusal("x", flat, why).key, "") << why;
    EXPECT_EQ(plugin_refusal("x", flat, why).line(), why);
  }
}

}  // namespace
}  // namespace connector_host::runtime
