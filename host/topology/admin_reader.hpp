#pragma once
// AdminReader: reads the section 'admin' of a topology: where the admin API is served, who may ask, and over what. One
// thread, one load.
#include <map>
#include <string>
#include <vector>

#include "host/topology/option_reader.hpp"
#include "host/topology/references.hpp"

namespace connector_host::topology {

class AdminReader {
 public:
  // folder: of the topology file, for relative paths.
  AdminReader(const OptionReader& options, const References& references, std::string folder, Problems& problems)
      : options_(options), references_(references), folder_(std::move(folder)), problems_(problems) {}

  // Complete only when no problem was reported.
  AdminConfig read(const Node& root) const;

 private:
  enum class Kind { token, password };
  using Credentials = std::vector<CredentialConfig>;

  std::string read_socket(const Node& section, const OptionValues& values) const;
  LoginsConfig read_logins(const Node& section, const std::string& path, const OptionValues& values) const;
  Credentials read_map(const Node& section, const std::string& path, const OptionValues& values, const char* key, Kind kind) const;
  void check_name(const Node& entry, const std::string& path, Kind kind) const;
  void check_secret(const Node& entry, const std::string& path, Kind kind, const std::string& secret) const;
  std::map<std::string, std::vector<std::string>> read_grants(const Node& section, const char* key) const;
  std::vector<std::string> read_options(const Node& node, const std::string& path) const;
  void check_twice(const Node& section, const AdminConfig& admin) const;
  AdminTlsConfig read_tls(const Node& section) const;
  void check_clients(const Node& section, const AdminConfig& admin) const;
  void check_open(const Node& section, const AdminConfig& admin) const;

  const OptionReader& options_;
  const References& references_;
  const std::string folder_;
  Problems& problems_;
};

}  // namespace connector_host::topology
