#pragma once
// AccessSettings: the roles and logins of the admin API, and the names it is reached by. Set by code. Plain data.
#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace connector_host::admin {

// In rising order, each with the rights of the one before. read: look and validate; operate: pause, resume, stop and restart
// what is there, and set log levels; admin: create, change and delete, offsets, reload, rescan.
enum class Role { none, read, operate, admin };

const char* name_of(Role role);

struct Credential {
  std::string name;    // of the token or of the user; never empty
  std::string secret;  // as it is now
  std::string file;    // where it is read anew when that changes; empty: it never changes
  Role role = Role::read;
};

struct ClientName {
  std::string subject;  // of a verified certificate: its common name
  Role role = Role::read;
};

struct AccessSettings {
  std::string listen_host = "127.0.0.1";  // an address with or without brackets, or a name
  bool tls = false;
  std::vector<std::string> hosts;  // further names that clients reach it by, with or without a port

  std::vector<Credential> tokens, users;
  bool client_certificates = false;  // a verified one is a login
  std::vector<ClientName> clients;   // empty: each certificate has Role::admin; else one that is not among them has Role::none

  // The role of a caller without credentials: of one on this machine (is_local), or of every one.
  Role unauthenticated = Role::none;
  bool unauthenticated_everywhere = false;

  // What LocalAccess made. The secret is accepted as the password of user `admin` and as a bearer token.
  std::optional<Credential> generated;
  std::string socket;                 // for messages; empty: there is none
  std::string instance;               // goes with it, LocalAccess::instance()
  std::optional<gid_t> socket_group;  // has the role admin by the socket, as root and this process's user do

  // Gets one line when logins fail or a file of a secret cannot be used; without any credential in it. May be empty.
  std::function<void(const std::string&)> report;
};

}  // namespace connector_host::admin
