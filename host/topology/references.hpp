#pragma once
// References: replaces ${NAME}, ${NAME:-default}, ${NAME:?message} and ${file:/run/secrets/x} in one scalar of a topology.
//
//   - As in a shell, an empty variable counts as unset for :- and :?, but not for ${NAME}.
//   - A default may hold references; it ends at the matching brace.
//   - $${ is a literal ${; any other $ stands for itself.
//   - A relative file is looked for beside the topology.
// It runs after YAML was parsed and its result is not looked at again, so that a value can add neither YAML nor another
// reference. It does not read the environment itself: the lookup is given to it, and later says who may read what.
// Immutable; as thread-safe as its lookup.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/topology/complaint.hpp"

namespace connector_host::topology {

class References {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

  struct Resolved {
    std::string text;
    std::vector<std::string> names;          // the references used, without defaults: "${NAME}"; empty: the text is literal
    std::vector<std::string> file_contents;  // what came from files: secrets
    std::vector<Complaint> failures;         // not empty: text is meaningless
  };

  // Which of them may be used; also the place to learn which are. Files as absolute paths.
  struct Policy {
    std::function<bool(const std::string& name)> variable = [](const std::string&) { return true; };
    std::function<bool(const std::string& path)> file = [](const std::string&) { return true; };
  };

  References(Lookup variables, std::string folder) : References(std::move(variables), std::move(folder), Policy{}) {}
  References(Lookup variables, std::string folder, Policy policy) : variables_(std::move(variables)), folder_(std::move(folder)), policy_(std::move(policy)) {}

  Resolved resolve(std::string_view text) const;
  // The path that is read for it, when the text is one ${file:...} and nothing else.
  std::optional<std::string> file_of(std::string_view text) const;

 private:
  void append(std::string_view text, int depth, Resolved& out) const;
  void append_one(std::string_view body, int depth, Resolved& out) const;
  void append_variable(const std::string& name, std::string_view operation, int depth, Resolved& out) const;
  std::string path_of_file(std::string_view path) const;
  void append_file(std::string_view path, Resolved& out) const;

  Lookup variables_;
  std::string folder_;  // of the topology file
  Policy policy_;
};

}  // namespace connector_host::topology
