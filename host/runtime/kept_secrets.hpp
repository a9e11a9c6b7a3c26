#pragma once
// KeptSecrets: whether a changed configuration may keep the secrets that its author was not shown.
//
// Callers with the role admin do not see the passwords of a connector: a marker stands for them, and keeps them when it is sent. With
// another address beside it the host would send the password wherever that author says. So a hidden secret stays only with the
// component and the endpoint that it was given for (CONNECTOR_OPT_ENDPOINT). Stateless.
#include <vector>

#include "host/runtime/host_services.hpp"
#include "host/topology/connector_loader.hpp"

namespace connector_host::runtime {

class KeptSecrets {
 public:
  explicit KeptSecrets(const HostServices& services) : services_(services) {}

  // before: what runs, as it is shown. changed: with markers still in it. Empty: it may.
  std::vector<topology::KeyProblem> problems(const topology::FlatConfig& before, const topology::FlatConfig& changed) const;

 private:
  // The first key of a component that decides where its secrets go and that differs; empty: none does.
  std::string moved_by(const std::string& prefix, const topology::FlatConfig& before, const topology::FlatConfig& changed) const;
  const connector_component* component(const std::string& prefix, const topology::FlatConfig& config) const;

  const HostServices& services_;
};

}  // namespace connector_host::runtime
