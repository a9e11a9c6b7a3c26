#include "host/http/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace connector_host::http {
namespace {

bool is_loopback(const in_addr& address) {
  return (ntohl(address.s_addr) >> 24) == 127;
}

bool is_loopback(const in6_addr& address) {
  if (!IN6_IS_ADDR_V4MAPPED(&address)) return IN6_IS_ADDR_LOOPBACK(&address);
  return address.s6_addr[12] == 127;
}

// unix(7), SO_PEERCRED; SO_PEERGROUPS is Linux 4.13. Both are as they were when the client connected.
Peer process_at(int descriptor) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return {};
  Peer out{Peer::Kind::local_process, credentials.uid, {credentials.gid}};
  socklen_t bytes = 0;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, nullptr, &bytes) == 0 || errno != ERANGE) return out;
  std::vector<gid_t> groups(bytes / sizeof(gid_t));
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) != 0) return out;
  out.groups.insert(out.groups.end(), groups.begin(), groups.end());
  return out;
}

}  // namespace

Peer Peer::of(int descriptor) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&name), &size) != 0) return {};
  switch (name.ss_family) {
    case AF_INET:
      return {is_loopback(reinterpret_cast<const sockaddr_in&>(name).sin_addr) ? Kind::loopback : Kind::remote, uid_t(-1), {}};
    case AF_INET6:
      return {is_loopback(reinterpret_cast<const sockaddr_in6&>(name).sin6_addr) ? Kind::loopback : Kind::remote, uid_t(-1), {}};
    case AF_UNIX:
      return process_at(descriptor);
    default:
      return {};
  }
}

bool Peer::is_in(gid_t group) const {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace connector_host::http
