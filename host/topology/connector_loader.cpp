#include "host/topology/connector_loader.hpp"

#include <iterator>

#include "host/topology/connector_reader.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

// What has no key of its own in the map, because it is missing there, is named by its path.
std::string key_of(const Problem& problem, const std::string& name, const FlatConfig& flat) {
  if (problem.place.line > 0 && std::size_t(problem.place.line) <= flat.size()) return std::next(flat.begin(), problem.place.line - 1)->first;
  const std::string whole = "connectors." + shown_name(name);
  if (!problem.path.starts_with(whole + ".")) return "";
  const std::string path = problem.path.substr(whole.size() + 1);
  return path == "source.type" || path == "source" ? "connector.class" : path == "tasks" ? "tasks.max" : path == "sink" ? "sink.type" : path;
}

}  // namespace

std::string KeyProblem::line() const {
  return (key.empty() ? "" : key + ": ") + what + (fix.empty() ? "" : "; " + fix);
}

LoadedConnector ConnectorLoader::load(const std::string& name, const FlatConfig& flat) {
  Problems problems("");
  const ScalarReader scalars(references_, problems);
  const OptionReader options(scalars, problems);
  const ComponentReader components(catalog_, searched_, options, scalars, problems);
  const IdReader ids(options, scalars, problems);
  ConnectorConfig config = ConnectorReader(components, options, ids, problems).read(node_of(name, flat, problems));
  if (problems.empty()) return {std::move(config), {}};
  LoadedConnector out;
  for (Problem& each : problems.take()) {
    KeyProblem& problem = out.problems.emplace_back(KeyProblem{key_of(each, name, flat), std::move(each.what), std::move(each.fix), std::move(each.code)});
    if (!flat.contains(problem.key) && (problem.key == "connector.class" || problem.key == "sink.type")) problem.fix = "set " + problem.key;
  }
  return out;
}

}  // namespace connector_host::topology
