#pragma once
// Refusal: thrown by a route that cannot do what was asked; the admin routes answer with it. Not an error of ours: those
// are other exceptions, and are answered with 500.
#include <stdexcept>
#include <string>

namespace connector_host::admin {

class Refusal : public std::runtime_error {
 public:
  Refusal(int status, const std::string& message) : std::runtime_error(message), status(status) {}
  const int status;
};

}  // namespace connector_host::admin
