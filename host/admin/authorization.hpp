#pragma once
// Authorization: what the header of that name carries (RFC 7617, RFC 6750). Plain data.
#include <string>
#include <string_view>

namespace connector_host::admin {

struct Authorization {
  enum class Kind { neither, bearer, basic };

  Kind kind = Kind::neither;
  std::string user;    // of basic
  std::string secret;  // the token, or the password

  // Never throws; what is no such header is `neither`.
  static Authorization parse(std::string_view header);
};

}  // namespace connector_host::admin
