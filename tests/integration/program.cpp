#include "tests/integration/program.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace integration {
namespace {

std::vector<std::string> merged(const Environment& environment) {
  Environment all;
  for (char** each = environ; *each; ++each) {
    const std::string entry = *each;
    all[entry.substr(0, entry.find('='))] = entry.substr(entry.find('=') + 1);
  }
  for (const auto& [name, value] : environment) all[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& each : texts) out.push_back(each.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Program::Program(std::vector<std::string> command, const Environment& environment,
                 std::string output_file)
    : output_file_(std::move(output_file)) {
  std::vector<std::string> variables = merged(environment);
  const std::vector<char*> arguments = pointers(command), values = pointers(variables);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // also when the test is killed
  if (::getppid() != parent) ::_exit(127);
  const int output = ::open(output_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(output, 1);
  ::dup2(output, 2);
  ::execve(arguments[0], arguments.data(), values.data());
  ::_exit(127);
}

Program::~Program() {
  if (ended_) return;
  signal(SIGKILL);
  wait(std::chrono::seconds(10));
}

void Program::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

bool Program::running() const {
  return !wait(std::chrono::milliseconds(0));
}

std::optional<int> Program::wait(std::chrono::milliseconds limit) const {
  const auto has_ended = [this] {
    int status = 0;
    if (ended_ || ::waitpid(pid_, &status, WNOHANG) != pid_) return ended_.has_value();
    ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
  };
  eventually(has_ended, limit);
  return ended_;
}

std::string Program::output() const {
  return file_text(output_file_);
}

std::string file_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Finished run(std::vector<std::string> command, const Environment& environment,
             std::chrono::milliseconds limit) {
  static std::atomic<int> count = 0;
  const std::string file =
      "/tmp/connector-run-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
  Finished finished;
  {
    const Program program(std::move(command), environment, file);
    finished.code = program.wait(limit).value_or(-1);
    finished.output = program.output();
  }
  std::remove(file.c_str());
  return finished;
}

}  // namespace integration
