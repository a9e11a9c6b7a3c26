#pragma once
// Refusal: a server answered, and not with what was asked for. Its text is for a person, its document for a program.
#include <stdexcept>
#include <string>

namespace connector_host::cli {

class Refusal : public std::runtime_error {
 public:
  // document: the server's answer when it is JSON, else empty.
  explicit Refusal(const std::string& what, int status = 0, std::string document = {})
      : std::runtime_error(what), status_(status), document_(std::move(document)) {}
  int status() const { return status_; }  // of HTTP; 0: the answer itself was good, what it says is not
  const std::string& document() const { return document_; }

 private:
  int status_;
  std::string document_;
};

}  // namespace connector_host::cli
