#pragma once
// AccessSettings: who may ask the admin API for what, and by which names it is reached. Set by code. Plain data.
#include <functional>
#include <string>
#include <vector>

namespace connector_host::admin {

// In rising order: each may do what the one before may. read: look; operate: pause, resume, stop and restart what is there, and set
// log levels; admin: change what is there.
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

  // Told that logins fail and that a file of a secret cannot be used; without any credential in it. May be empty.
  std::function<void(const std::string&)> report;

  // Nobody can log in, so nobody has to.
  bool is_open() const { return tokens.empty() && users.empty() && !client_certificates; }
};

}  // namespace connector_host::admin
