#include "host/plugin/child_probe.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace connector_host::plugin {
namespace {

using namespace std::chrono_literals;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(ChildProbe, Says_nothing_when_the_work_returns) {
  EXPECT_EQ(ChildProbe(20s).run([] {}), "");
}

TEST(ChildProbe, What_the_work_changes_stays_in_the_child) {
  int number = 1;
  EXPECT_EQ(ChildProbe(20s).run([&] { number = 2; }), "");
  EXPECT_EQ(number, 1);
}

TEST(ChildProbe, Gives_back_the_text_of_an_exception) {
  EXPECT_EQ(ChildProbe(20s).run([] { throw std::runtime_error("needs libfoo.so"); }),
            "needs libfoo.so");
}

TEST(ChildProbe, A_crash_is_named_with_its_signal_and_the_last_words) {
  const std::string text = ChildProbe(20s).run([] {
    std::fputs("first line\nlast words\n", stderr);
    ::raise(SIGBUS);
  });
  EXPECT_TRUE(has(text, "signal 7") && has(text, "last words") && !has(text, "first line")) << text;
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(ChildProbe, An_exit_is_no_success) {
  EXPECT_TRUE(has(ChildProbe(20s).run([] { ::_exit(0); }), "exit code 0"));
  EXPECT_TRUE(has(ChildProbe(20s).run([] { ::_exit(7); }), "exit code 7"));
}

TEST(ChildProbe, Work_that_hangs_is_ended_at_the_limit) {
  EXPECT_TRUE(has(ChildProbe(50ms).run([] {
    for (;;) ::pause();
  }),
                  "not done within 50 ms"));
}

TEST(ChildProbe, Work_that_closes_everything_and_hangs_is_ended_as_well) {
  const std::string text = ChildProbe(50ms).run([] {
    for (int descriptor = 0; descriptor < 256; ++descriptor) ::close(descriptor);
    for (;;) ::pause();
  });
  EXPECT_NE(text, "");
}

TEST(ChildProbe, Work_that_prints_without_end_is_read_and_bounded) {
  EXPECT_EQ(ChildProbe(60s).run([] {
    for (int i = 0; i < 50'000; ++i) std::fputs("a line that nobody reads\n", stderr);
  }),
            "");
}

TEST(ChildProbe, A_grandchild_that_lives_on_does_not_hold_it_up) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  EXPECT_EQ(ChildProbe(20s).run([&] {
    if (::fork() == 0) {  // ends when the test closes its end
      char nothing;
      ::close(ends[1]);
      ::_exit(int(::read(ends[0], &nothing, 1)));
    }
  }),
            "");
  ::close(ends[1]);
  ::close(ends[0]);
}

TEST(ChildProbe, The_host_s_signal_handlers_do_not_run_in_the_child) {
  static std::atomic<int> handled = 0;
  struct sigaction ours{}, before{};
  ours.sa_handler = [](int) { ++handled; };
  ::sigaction(SIGTERM, &ours, &before);
  const std::string text = ChildProbe(20s).run([] { ::raise(SIGTERM); });
  ::sigaction(SIGTERM, &before, nullptr);
  EXPECT_TRUE(has(text, "signal 15")) << text;
  EXPECT_EQ(handled, 0);
}

TEST(ChildProbe, Works_where_the_process_ignores_its_children) {
  struct sigaction ignore{}, before{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGCHLD, &ignore, &before);
  EXPECT_EQ(ChildProbe(20s).run([] {}), "");
  EXPECT_TRUE(has(ChildProbe(20s).run([] { ::raise(SIGSEGV); }), "ended its process"));
  ::sigaction(SIGCHLD, &before, nullptr);
}

TEST(ChildProbe, Leaves_no_child_behind) {
  ChildProbe(20s).run([] {});
  ChildProbe(20s).run([] { ::raise(SIGKILL); });
  ChildProbe(10ms).run([] {
    for (;;) ::pause();
  });
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

// Memory is allocated in the child while other threads hold and release the allocator's locks at
// the fork.
TEST(ChildProbe, Works_beside_busy_threads) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> busy;
  for (int i = 0; i < 3; ++i)
    busy.emplace_back([&] {
      while (!stop) std::string(100'000, 'x').shrink_to_fit();
    });
  for (int round = 0; round < 50; ++round) {
    EXPECT_EQ(ChildProbe(20s).run(
                  [] { throw std::runtime_error(std::string(200'000, 'y').substr(0, 3)); }),
              "yyy");
  }
  stop = true;
  for (std::thread& each : busy) each.join();
}

}  // namespace
}  // namespace connector_host::plugin
