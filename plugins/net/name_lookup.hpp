#pragma once
// resolve: the addresses of a host name, within a time limit.
//
// getaddrinfo itself has none (a dead name server holds it for half a minute), so it runs in a
// thread of its own. A lookup that outlives its caller is kept, at most eight of them in the
// process, and its thread joined once it is over. (Not by getaddrinfo_a: its threads are glibc's
// own and crash a program under ThreadSanitizer.) Thread-safe.
#include <netdb.h>

#include <memory>
#include <string>

#include "plugins/net/deadline.hpp"

namespace connector_host_plugins::net {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const std::string& host, const std::string& port,
                  const Limit&);  // throws ConnectFailure

}  // namespace connector_host_plugins::net
