#include "host/admin/known_hosts.hpp"

#include <gtest/gtest.h>

namespace connector_host::admin {
namespace {

TEST(KnownHosts, On_loopback_are_the_names_of_loopback_and_the_listed_ones) {
  for (const char* listen : {"127.0.0.1", "::1", "[::1]", "localhost"}) {
    const KnownHosts hosts(listen, {"Connect.example.org", "other:8443"});
    EXPECT_TRUE(hosts.on_loopback());
    for (const char* good : {"localhost", "LocalHost:8083", "127.0.0.1", "127.1.2.3:8083",
                             "[::1]:8083", "connect.example.org:1", "other:8443"})
      EXPECT_TRUE(hosts.knows(good)) << good;
    for (const char* bad :
         {"", "evil.example", "127.evil.example:8083", "127.0.0.1.evil.example",
          "localhost.evil.example", "localhost:8083.evil", "other:8083", "192.0.2.1", "[::2]:8083",
          "[::1", "localhost@evil.example", "evil.example:localhost"})
      EXPECT_FALSE(hosts.knows(bad)) << bad;
  }
}

TEST(KnownHosts, Beyond_it_are_addresses_too_for_no_name_was_pointed_there) {
  for (const char* listen : {"0.0.0.0", "::", "192.0.2.1", "host.example.org"}) {
    const KnownHosts hosts(listen, {});
    EXPECT_FALSE(hosts.on_loopback());
    for (const char* good :
         {"192.0.2.1:8083", "198.51.100.7", "[2001:db8::1]:8083", "localhost", "127.0.0.1:8083"})
      EXPECT_TRUE(hosts.knows(good)) << good;
    EXPECT_FALSE(hosts.knows("evil.example:8083"));
    EXPECT_EQ(hosts.knows("Host.example.org:8083"), std::string(listen) == "host.example.org");
  }
}

TEST(KnownHosts, A_name_that_looks_like_an_address_is_none) {
  EXPECT_FALSE(KnownHosts("127.evil.example", {}).on_loopback());
}

}  // namespace
}  // namespace connector_host::admin
