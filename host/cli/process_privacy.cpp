#include "host/cli/process_privacy.hpp"

#include <sys/prctl.h>

namespace connector_host::cli {
namespace {

// A system call filter may refuse it, as that of the systemd unit does, which sets the limit
// itself. text() shows what holds.
void set_core_limit(rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  static_cast<void>(::setrlimit(RLIMIT_CORE, &limit));
}

std::string bytes_text(rlim_t bytes) {
  return bytes == RLIM_INFINITY ? "unlimited" : std::to_string(bytes) + " bytes";
}

}  // namespace

ProcessPrivacy::ProcessPrivacy() {
  ::getrlimit(RLIMIT_CORE, &before_);
  if (!built_in) return;
  ::prctl(PR_SET_DUMPABLE, 0);
  set_core_limit(0, before_.rlim_max);
}

void ProcessPrivacy::make_permanent() {
  if (built_in) set_core_limit(0, 0);
}

void ProcessPrivacy::allow_debugging() {
  if (!built_in) return;
  set_core_limit(before_.rlim_cur, before_.rlim_max);
  ::prctl(PR_SET_DUMPABLE, 1);
}

std::string ProcessPrivacy::text() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CORE, &limit);
  const bool dumpable = ::prctl(PR_GET_DUMPABLE) == 1;
  return std::string("process memory: ") +
         (dumpable ? "open to debuggers and other processes of this user" : "closed to debuggers and other processes of this user (debuggable: false)") +
         ", core files: at most " + bytes_text(limit.rlim_cur);
}

}  // namespace connector_host::cli
