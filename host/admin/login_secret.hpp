#pragma once
// LoginSecret: the secret of one token or user, as it is now: what comes from a file follows the file, so that a mounted
// secret is changed without a restart.
//
// A file that is gone, empty or holds less than is asked for lets nobody in, until it holds a secret again. One thread.
#include <cstddef>
#include <optional>
#include <string>

#include "host/admin/access_settings.hpp"
#include "host/admin/secret_digest.hpp"
#include "host/plugin/file_stamp.hpp"

namespace connector_host::admin {

class LoginSecret {
 public:
  // shortest: fewer bytes are no secret.
  LoginSecret(const Credential& credential, std::size_t shortest);

  // Looks at the file and reads it if it has changed; costs one stat if it has not. Returns what is wrong with it, once
  // for each reason; empty: nothing that was not said already.
  std::string refresh();
  bool matches(const SecretDigest& given) const { return digest_ && digest_->same_as(given); }

 private:
  // Returns what is wrong, or nothing.
  std::string read_if_changed();
  std::string take(const std::string& secret);

  const std::string file_;
  const std::size_t shortest_;
  std::optional<SecretDigest> digest_;  // nothing: there is no secret now
  plugin::FileStamp seen_;
  std::string trouble_;
};

}  // namespace connector_host::admin
