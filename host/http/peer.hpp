#pragma once
// Peer: who is at the other end of a connection, as the kernel reports it when the connection is accepted. Plain data.
//
// What it is not: the origin of a request. A proxy or a sidecar on this machine makes remote callers local ones; the
// headers that such a proxy adds are the handler's to look at.
#include <sys/types.h>

#include <vector>

namespace connector_host::http {

struct Peer {
  enum class Kind {
    remote,        // another machine, or this one by an address that others reach
    loopback,      // 127.0.0.0/8 or ::1, also as an IPv4-mapped address
    local_process  // by the Unix socket: user and groups are known
  };

  Kind kind = Kind::remote;
  uid_t user = uid_t(-1);     // of local_process: its effective user
  std::vector<gid_t> groups;  // of local_process: its effective group first, then the supplementary ones

  // Of a connected socket. What the kernel does not tell (an error, an unknown family) is `remote`, which has the fewest rights.
  static Peer of(int descriptor);

  bool is_in(gid_t group) const;
};

}  // namespace connector_host::http
