// Plugins that the host must not use: each is refused with words that name the fault, and the host
// lives.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/abi/scratch_plugins.hpp"

namespace connector_host::testing {
namespace {

struct Refused {
  const char* variant;
  std::vector<const char*> words;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.variant;
}

class RefusedPlugins : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedPlugins, Are_listed_with_the_reason_beside_one_that_works) {
  ScratchPlugins plugins;
  plugins.add(GetParam().variant);
  plugins.add("plain");
  const bool hangs = std::string_view(GetParam().variant) == "constructor_hangs";
  plugin::PluginCatalog catalog({{}, std::chrono::milliseconds(hangs ? 1000 : 20'000)});
  catalog.use_directories({plugins.path()});
  const plugin::PluginEntry entry = entry_of(catalog, GetParam().variant);
  EXPECT_EQ(entry.library, nullptr);
  EXPECT_EQ(entry.error.find('\n'), std::string::npos) << entry.error;
  for (const char* word : GetParam().words)
    EXPECT_NE(entry.error.find(word), std::string::npos) << word << " is not in: " << entry.error;
  RecordProperty("error", entry.error);
  EXPECT_TRUE(catalog.find(CONNECTOR_SINK, "plain"));
}

INSTANTIATE_TEST_SUITE_P(
    Abi, RefusedPlugins,
    ::testing::Values(
        Refused{"other_major", {"ABI 2.3", "speaks 1.", "build it against"}},
        Refused{"no_write", {"sink plain", "'write'"}},
        Refused{"too_small_source", {"source plain", "'nack'"}},
        Refused{"unknown_kind", {"kind 9"}}, Refused{"bad_type", {"'../Plain'"}},
        Refused{"same_type_twice", {"sink 'plain' twice"}},
        Refused{"odd_nothing", {"no plugin", "connector_plugin_v1"}},
        Refused{"odd_function", {"not as a connector_plugin"}},
        Refused{"odd_number", {"not as a connector_plugin"}},
        Refused{"odd_zeros", {"struct_size 0"}}, Refused{"odd_nulls", {"components", "null"}},
        Refused{"odd_wild", {"crashed", "signal"}}, Refused{"odd_garbage", {"struct_size"}},
        Refused{"constructor_throws", {"no licence"}},
        Refused{"constructor_aborts", {"signal 6", "giving up"}},
        Refused{"constructor_exits", {"ended its process"}},
        Refused{"constructor_crashes", {"signal 11"}},
        Refused{"constructor_hangs", {"not done within 1000 ms"}},
        Refused{"undefined_symbol", {"a_function_of_another_library", "--no-undefined"}},
        Refused{"missing_library", {"libabi_absent.so", "install"}}),
    [](const auto& info) { return std::string(info.param.variant); });

TEST(RefusedPlugins, One_that_prints_without_end_is_loaded_and_says_nothing_in_the_probe) {
  ScratchPlugins plugins;
  plugins.add("constructor_prints");
  plugin::PluginCatalog catalog;
  ::testing::internal::CaptureStdout();  // the constructor runs once more in this process
  catalog.use_directories({plugins.path()});
  ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(entry_of(catalog, "constructor_prints").error, "");
}

TEST(RefusedPlugins, One_that_hangs_keeps_nobody_from_what_was_seen_before) {
  ScratchPlugins plugins;
  plugins.add("plain");
  plugin::PluginCatalog catalog({{}, std::chrono::seconds(5)});
  catalog.use_directories({plugins.path()});
  plugins.add("constructor_hangs");
  std::atomic<bool> looked = false;
  std::thread looker([&] {
    catalog.rescan();
    looked = true;
  });
  std::chrono::steady_clock::duration longest{};
  while (!looked) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(catalog.entries().empty());
    EXPECT_EQ(catalog.types(CONNECTOR_SINK), std::vector<std::string>{"plain"});
    longest = std::max(longest, std::chrono::steady_clock::now() - begin);
    std::this_thread::yield();
  }
  looker.join();
  EXPECT_LT(longest, std::chrono::seconds(4)) << "ns";
  EXPECT_EQ(catalog.entries().size(), 2u);
}

}  // namespace
}  // namespace connector_host::testing
