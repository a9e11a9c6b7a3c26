#pragma once
// LocalAccess: the two ways to the role admin that need no configuration: a Unix socket, which tells who connects, and a
// generated secret beside it, for clients that know HTTP over TCP only.
//
// Both are in one folder: that of `admin.socket` where it is set; else the state directory, when this host holds it; else
// $XDG_RUNTIME_DIR/connector-host, when no other host holds that; else a new folder for this process alone, which is
// removed with it. A folder in which either cannot be made is passed over, but one that the user has set. Made at the
// start, on one thread; it outlives the server that the socket is handed to.
#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/http/local_socket.hpp"

namespace connector_host::admin {

class LocalAccess {
 public:
  static constexpr const char* group_name = "connector-host";
  static constexpr const char* socket_name = "admin.sock";
  static constexpr const char* secret_name = "admin-secret";

  struct Folders {
    std::string state;      // empty: it cannot be used
    std::string runtime;    // $XDG_RUNTIME_DIR; empty: not set
    std::string temporary;  // in which a private folder is made

    // state: as above; the others as the environment has them.
    static Folders of_process(std::string state);
  };

  // configured: a path; none: no socket is wanted, only the secret; empty: the default. Throws http::ListenError for a
  // path that was configured and cannot be used.
  LocalAccess(const std::string& configured, const Folders& folders);
  ~LocalAccess();
  LocalAccess(const LocalAccess&) = delete;
  LocalAccess& operator=(const LocalAccess&) = delete;

  // For the server; null: there is none, or it was taken already.
  std::unique_ptr<http::LocalSocket> take_socket() { return std::move(socket_); }
  const std::string& socket_path() const { return socket_path_; }  // empty: there is none
  const std::string& secret_path() const { return secret_path_; }  // empty: there is none
  const std::string& secret() const { return secret_; }
  // The group of that name, whose members get in by the socket; nothing: this machine has none.
  std::optional<gid_t> group() const { return group_; }
  // Random for each process: by it a client knows that the socket it was told of and the port that told it are one host's.
  const std::string& instance() const { return instance_; }
  // Why there is no socket or no secret; empty: all is there.
  const std::string& trouble() const { return trouble_; }

 private:
  void use_configured(const std::string& socket);
  void use(const std::string& folder, const std::string& socket, bool with_socket);
  bool try_folder(const std::string& folder, bool with_socket);
  bool try_runtime_folder(const std::string& runtime, bool with_socket);
  bool try_private_folder(const std::string& temporary, bool with_socket);

  const std::optional<gid_t> group_;
  std::unique_ptr<http::LocalSocket> socket_;
  std::string socket_path_, secret_path_, secret_, trouble_;
  const std::string instance_;
  int lock_ = -1;               // on the runtime folder
  std::string private_folder_;  // to be removed; empty: none was made
};

}  // namespace connector_host::admin
