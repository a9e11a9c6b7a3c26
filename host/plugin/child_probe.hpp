#pragma once
// ChildProbe: does a dangerous thing first in a child process, so that only the child dies of it.
//
// Loading a library runs its code: constructors of static objects may throw, abort, exit, wait for ever or read what a
// damaged file made of a pointer. None of that can be caught in the process that it happens in. So the host forks, the
// child does it and says how it went, and the parent goes on only if it went well. The child is a copy of the parent, so
// what it finds out about addresses and libraries that are loaded already holds for the parent.
//
// Not a sandbox: the child has the parent's rights, and code that behaves differently the second time is not found out.
// Any thread; the calling thread waits. In the child only the calling thread exists: a lock that another thread held
// at the fork stays held, which at worst uses up the limit. The C library's own locks are usable after fork.
#include <chrono>
#include <functional>
#include <string>

namespace connector_host::plugin {

class ChildProbe {
 public:
  explicit ChildProbe(std::chrono::milliseconds limit) : limit_(limit) {}
  // Runs work in a child. Empty: it returned. Else one line about "it": the text of what work threw (a std::exception), or
  // how the child ended and what it wrote last.
  std::string run(const std::function<void()>& work) const;

 private:
  std::chrono::milliseconds limit_;
};

}  // namespace connector_host::plugin
