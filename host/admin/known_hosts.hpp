#pragma once
// KnownHosts: which Host headers mean this listener, and could not be a web page's own name that was pointed at it (DNS
// rebinding): names that the user has listed, "localhost", and addresses, for a page that comes from a name cannot send
// those. On loopback only addresses of loopback. Immutable; any thread.
#include <string>
#include <string_view>
#include <vector>

namespace connector_host::admin {

class KnownHosts {
 public:
  // listen_host: an address with or without brackets, or a name. names: with or without a port, in any case of letters.
  KnownHosts(const std::string& listen_host, const std::vector<std::string>& names);

  bool knows(std::string_view host_header) const;
  // Only this machine reaches the listener.
  bool on_loopback() const { return on_loopback_; }

 private:
  std::vector<std::string> names_;  // in small letters
  bool on_loopback_ = false;
};

}  // namespace connector_host::admin
