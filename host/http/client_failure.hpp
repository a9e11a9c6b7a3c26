#pragma once
// ClientFailure: why an exchange with a server gave no answer that can be used, in words and as what a program decides by.
#include <stdexcept>
#include <string>

namespace connector_host::http {

class ClientFailure : public std::runtime_error {
 public:
  enum class Kind {
    no_answer,   // not reached, not trusted, too slow, or gone before it had answered: whether it did as asked is not known
    cancelled,   // by the caller
    bad_answer,  // it answered, with more than is taken or with what is no HTTP
  };

  ClientFailure(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace connector_host::http
