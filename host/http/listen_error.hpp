#pragma once
// ListenError: an address that cannot be listened on now. One line with the address, the reason and what to do.
//
// A kind of its own since it is no mistake of the configuration as a rule: another process has the port, or the interface is
// not up yet, and a later start may find it free.
#include <stdexcept>

namespace connector_host::http {

class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace connector_host::http
