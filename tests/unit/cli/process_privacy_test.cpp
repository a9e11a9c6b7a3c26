#include "host/cli/process_privacy.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>
#include <vector>

#include "host/observability/process_metrics.hpp"
#include "host/plugin/library_copy.hpp"

namespace connector_host::cli {
namespace {

// Of the process that a test forks: its first failure ends it.
void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << what << ": " << ProcessPrivacy::text() << std::endl;
  std::_Exit(1);
}

[[noreturn]] void passed() {
  std::_Exit(0);
}

rlimit core_limit() {
  rlimit out{};
  ::getrlimit(RLIMIT_CORE, &out);
  return out;
}

bool dumpable() {
  return ::prctl(PR_GET_DUMPABLE) == 1;
}

void become_unprivileged() {
  if (::geteuid() == 0) require(::setgid(65534) == 0 && ::setuid(65534) == 0, "setuid");
  ::prctl(PR_SET_DUMPABLE, 1);
}

// The limits that the process has before: the hard one as the system gives it, the soft one the
// same.
rlimit raise_core_limit() {
  rlimit limit = core_limit();
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_CORE, &limit);
  return limit;
}

void expect_protection_is_undone() {
  become_unprivileged();
  const rlimit before = raise_core_limit();
  ProcessPrivacy privacy;
  require(dumpable() != ProcessPrivacy::built_in, "dumpable");
  require(core_limit().rlim_cur == (ProcessPrivacy::built_in ? 0 : before.rlim_cur), "soft limit");
  privacy.allow_debugging();
  require(dumpable(), "not dumpable");
  require(core_limit().rlim_cur == before.rlim_cur && core_limit().rlim_max == before.rlim_max,
          "limits");
  passed();
}

TEST(ProcessPrivacy, Protects_at_once_and_allows_debugging_without_rights) {
  EXPECT_EXIT(expect_protection_is_undone(), testing::ExitedWithCode(0), "");
}

void expect_no_core_file_ever() {
  become_unprivileged();
  const rlimit before = raise_core_limit();
  ProcessPrivacy privacy;
  privacy.make_permanent();
  require(core_limit().rlim_max == (ProcessPrivacy::built_in ? 0 : before.rlim_max), "hard limit");
  require(dumpable() != ProcessPrivacy::built_in, "dumpable");
  passed();
}

TEST(ProcessPrivacy, Permanent_protection_lowers_the_hard_core_limit) {
  EXPECT_EXIT(expect_no_core_file_ever(), testing::ExitedWithCode(0), "");
}

bool has_value(const std::vector<observability::Family>& families, const std::string& name) {
  return std::any_of(families.begin(), families.end(), [&](const auto& each) {
    return each.name == name && each.samples.at(0).value > 0;
  });
}

void expect_own_access() {
  become_unprivileged();
  const ProcessPrivacy privacy;
  std::error_code error;
  require(!std::filesystem::read_symlink("/proc/self/exe", error).empty(), "/proc/self/exe");
  const plugin::FileDescriptor file(::dup(STDIN_FILENO));
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  require(!std::filesystem::read_symlink(path, error).empty(), "/proc/self/fd/N");
  std::vector<observability::Family> families;
  observability::ProcessMetrics().collect(families);
  for (const char* each : {"process_open_fds", "process_resident_memory_bytes", "process_threads"})
    require(has_value(families, each), each);
  passed();
}

void expect_own_access_from_another_thread() {
  std::thread(expect_own_access).join();
}

// What plugin_directory.cpp, exporter_module.cpp, plugin_paths.cpp and process_metrics.cpp read.
TEST(ProcessPrivacy, A_protected_process_without_rights_reads_what_it_needs_of_itself) {
  EXPECT_EXIT(expect_own_access(), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(expect_own_access_from_another_thread(), testing::ExitedWithCode(0), "");
}

void expect_memory_file(int source) {
  become_unprivileged();
  const ProcessPrivacy privacy;
  const plugin::LibraryCopy copy(source, "test.so", {"/none/at/all"});
  require(copy.path().starts_with("/proc/self/fd/"), copy.path().c_str());
  const plugin::FileDescriptor again(::open(copy.path().c_str(), O_RDONLY | O_CLOEXEC));
  require(again.is_open(), "open");
  passed();
}

TEST(ProcessPrivacy, A_protected_process_without_rights_copies_plugins_to_memory) {
  const plugin::FileDescriptor source(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  EXPECT_EXIT(expect_memory_file(source.get()), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace connector_host::cli
