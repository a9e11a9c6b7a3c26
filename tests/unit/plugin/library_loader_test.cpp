#include "host/plugin/library_loader.hpp"

#include <gtest/gtest.h>

namespace connector_host::plugin {
namespace {

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string explain(std::string_view text) {
  return LibraryLoader::explain(text, "/proc/self/fd/7");
}

TEST(LibraryLoader, A_missing_library_is_named_with_what_to_do) {
  const std::string text =
      explain("librdkafka.so.1: cannot open shared object file: No such file or directory");
  EXPECT_TRUE(text.starts_with("needs librdkafka.so.1, ") && says(text, "install")) << text;
}

TEST(LibraryLoader, A_missing_symbol_is_named_without_the_copy_s_path) {
  const std::string text = explain("/proc/self/fd/7: undefined symbol: rd_kafka_new");
  EXPECT_TRUE(text.starts_with("uses rd_kafka_new, ") && !says(text, "/proc")) << text;
}

TEST(LibraryLoader, A_newer_system_is_named) {
  const std::string text = explain(
      "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by "
      "/proc/self/fd/7)");
  EXPECT_TRUE(says(text, "GLIBC_2.38") && says(text, "oldest system") && !says(text, "/proc"))
      << text;
}

TEST(LibraryLoader, A_file_system_that_forbids_code_is_named) {
  EXPECT_TRUE(says(explain("/proc/self/fd/7: failed to map segment from shared object"), "noexec"));
}

TEST(LibraryLoader, Any_other_reason_is_given_as_it_is) {
  EXPECT_EQ(explain("/proc/self/fd/7: cannot dynamically load position-independent executable"),
            "cannot be loaded: cannot dynamically load position-independent executable");
}

}  // namespace
}  // namespace connector_host::plugin
