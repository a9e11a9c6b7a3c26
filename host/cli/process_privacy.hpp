#pragma once
// ProcessPrivacy: keeps the memory and the environment of this process, where the passwords are,
// from other processes of its user, from debuggers and from core files.
//
// It makes the process not dumpable (PR_SET_DUMPABLE, prctl(2)) and sets the core limit to 0. The
// kernel then refuses the user's other processes /proc/PID/environ, mem and fd, ptrace,
// process_vm_readv and pidfd_getfd, and a crash writes no core. The limit alone would not prevent
// that: the kernel does not apply 0 to a program in kernel.core_pattern such as systemd-coredump.
//
// The process itself loses /proc/self/environ, mem and auxv, which nothing here reads. It keeps
// /proc/self/fd and /proc/self/exe, although they belong to root then: for these the kernel lets a
// process's own threads in before it compares users (proc_fd_permission, ptrace_may_access). So
// plugins are loaded from memory files, and open descriptors are counted, as without protection.
//
// Not a protection from root (CAP_SYS_PTRACE), nor in the milliseconds before main. Without effect
// in builds without NDEBUG, which are for debuggers, and with a sanitizer: LeakSanitizer traces
// the process.
//
// Owned by main, made before anything reads a secret. One thread; the effect is on all of them.
#include <sys/resource.h>

#include <string>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CONNECTOR_HOST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONNECTOR_HOST_SANITIZED
#endif

namespace connector_host::cli {

class ProcessPrivacy {
 public:
#if defined(NDEBUG) && !defined(CONNECTOR_HOST_SANITIZED)
  static constexpr bool built_in = true;
#else
  static constexpr bool built_in = false;
#endif

  // Protects the process. Of the core limits only the soft one becomes 0: a process without rights
  // cannot raise a hard limit again.
  ProcessPrivacy();
  // For the rest of the process's life: the hard core limit becomes 0, too.
  void make_permanent();
  // Dumpable, with the soft core limit that the process was started with.
  void allow_debugging();
  // What the kernel enforces now, as one line for the log.
  static std::string text();

 private:
  rlimit before_{};
};

}  // namespace connector_host::cli
