#include "host/plugin/child_probe.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string_view>
#include <system_error>

#include "host/plugin/file_descriptor.hpp"

namespace connector_host::plugin {
namespace {

using Clock = std::chrono::steady_clock;

// The child writes to one pipe: what the library prints, then its verdict between these marks.
constexpr char verdict_begins = '\x02', verdict_ends = '\x03';
constexpr std::size_t most_kept = 16 * 1024;

std::string system_text(int error) {
  return std::generic_category().message(error);
}

void write_verdict(int pipe, std::string_view text) {
  std::string line(1, verdict_begins);
  line += text.substr(0, 1024);
  line += verdict_ends;
  if (::write(pipe, line.data(), line.size()) < 0) ::_exit(1);  // less than PIPE_BUF: whole or not at all
}

// The host's handlers must not run twice for one signal, and a crash must end the child without a report or a core file.
void forget_signals(const sigset_t& mask) {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

[[noreturn]] void be_the_child(int pipe, const sigset_t& mask, const std::function<void()>& work) {
  forget_signals(mask);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(pipe, STDOUT_FILENO);
  ::dup2(pipe, STDERR_FILENO);
  try {
    work();
    write_verdict(pipe, "");
  } catch (const std::exception& error) {
    write_verdict(pipe, error.what()[0] ? error.what() : "threw an exception without a text");
  }
  ::_exit(0);  // nothing of the host is torn down in the child
}

struct Heard {
  std::string text;
  bool in_time = true;

  bool has_verdict() const { return text.find(verdict_begins) != std::string::npos && text.back() == verdict_ends; }
};

int left_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return int(std::clamp<long>(left, 0, 1'000'000));
}

// Keeps the end of it: a library may print without bound.
void keep(std::string& text, const char* data, std::size_t size) {
  text.append(data, size);
  if (text.size() > most_kept) text.erase(0, text.size() - most_kept);
}

Heard listen(int pipe, Clock::time_point deadline) {
  Heard heard;
  char buffer[4096];
  while (!heard.has_verdict()) {
    pollfd ready{pipe, POLLIN, 0};
    const int events = ::poll(&ready, 1, left_until(deadline));
    if (events < 0 && errno == EINTR) continue;
    heard.in_time = events > 0;
    if (!heard.in_time) return heard;
    const ssize_t got = ::read(pipe, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return heard;
    keep(heard.text, buffer, std::size_t(got));
  }
  return heard;
}

// The status that the child ended with by itself, or -1 once it had to be killed. No child is left behind.
int reap(pid_t child, Clock::time_point deadline) {
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) return -1;  // SIGCHLD is ignored in this process: the system has reaped it
    if (Clock::now() >= deadline) break;
    ::poll(nullptr, 0, 1);  // its end of the pipe is closed: it is about to end
  }
  ::kill(child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return -1;
}

std::string last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  if (const auto start = text.rfind('\n'); start != std::string_view::npos) text.remove_prefix(start + 1);
  std::string out(text.substr(0, 200));
  std::replace_if(out.begin(), out.end(), [](unsigned char letter) { return letter < 0x20 || letter >= 0x7f; }, '?');
  return out.empty() ? out : "; it wrote: " + out;
}

std::string how_it_ended(int status, const std::string& printed) {
  static const std::string when = "while it was tried in a child process: look at the constructors of its static objects";
  if (status == -1) return "ended its process " + when + last_line(printed);
  if (WIFSIGNALED(status)) {
    const char* name = ::sigdescr_np(WTERMSIG(status));
    return "crashed with signal " + std::to_string(WTERMSIG(status)) + (name ? std::string(" (") + name + ") " : " ") + when + last_line(printed);
  }
  return "ended its process with exit code " + std::to_string(WEXITSTATUS(status)) + " " + when + last_line(printed);
}

std::string verdict(const std::string& text) {
  const std::size_t start = text.rfind(verdict_begins) + 1;
  return text.substr(start, text.size() - 1 - start);
}

}  // namespace

std::string ChildProbe::run(const std::function<void()>& work) const {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return "could not be tried in a child process, no pipe: " + system_text(errno);
  FileDescriptor ours(ends[0]), its(ends[1]);
  sigset_t every, before;
  ::sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  const pid_t child = ::fork();
  const int cause = errno;
  if (child == 0) be_the_child(its.get(), before, work);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) return "could not be tried in a child process: " + system_text(cause);

  its.reset();
  const auto deadline = Clock::now() + limit_;
  const Heard heard = listen(ours.get(), deadline);
  const int status = reap(child, heard.in_time ? deadline : Clock::now());
  if (heard.has_verdict()) return verdict(heard.text);
  if (!heard.in_time)
    return "was not done within " + std::to_string(limit_.count()) +
           " ms when it was tried in a child process: a constructor of a static object waits or works";
  return how_it_ended(status, heard.text);
}

}  // namespace connector_host::plugin
