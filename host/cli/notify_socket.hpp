#pragma once
// NotifySocket: sends messages to the datagram socket on which a service manager hears what its service says (sd_notify(3)).
//
// Its address is a path, or a name of the abstract namespace behind an @. Of libsystemd only this would be needed, and an image
// has no use for the rest of it. Thread-safe: each message is one call.
#include <sys/un.h>

#include <string>
#include <string_view>

#include "host/plugin/file_descriptor.hpp"

namespace connector_host::cli {

class NotifySocket {
 public:
  // Empty: nobody listens. What is no address of either kind counts as that, too.
  explicit NotifySocket(const std::string& address);

  bool is_open() const { return socket_.is_open(); }
  // Why it could not be sent, or an empty text. Takes a second at most, where the receiver is behind.
  std::string send(std::string_view message) const;

 private:
  sockaddr_un address_{};
  socklen_t length_ = 0;
  plugin::FileDescriptor socket_;
};

}  // namespace connector_host::cli
