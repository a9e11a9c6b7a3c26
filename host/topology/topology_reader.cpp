#include "host/topology/topology_reader.hpp"

#include <filesystem>

#include "host/topology/admin_reader.hpp"
#include "host/topology/connector_reader.hpp"
#include "host/topology/file_roots.hpp"
#include "host/topology/host_keys.hpp"
#include "host/topology/listen_address.hpp"
#include "host/topology/listen_reader.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

constexpr auto connector_fix = "describe at least one under 'connectors:', with a source and a sink";

std::string beside(const std::string& folder, const std::string& path) {
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

}  // namespace

TopologyConfig TopologyReader::read(const Node& root) {
  TopologyConfig out;
  if (root.kind == Node::Kind::null) {
    problems_.add({1, 1}, code::no_connector, "connectors", "the file is empty", connector_fix);
    return out;
  }
  if (!expect_kind(root, Node::Kind::mapping, "", "a mapping with 'connectors'", problems_)) return out;
  std::vector<std::string> known = names_of(HostKeys::top());
  known.insert(known.end(), HostKeys::top_parts().begin(), HostKeys::top_parts().end());
  options_.refuse_unknown(root, "", known);
  read_top(root, out);
  read_listeners(root, out);
  read_log(root, out);
  read_metrics(root, out);
  read_connectors(root, out);
  check_file_roots(root, out);
  return out;
}

void TopologyReader::read_top(const Node& root, TopologyConfig& out) const {
  const OptionValues values = options_.read(root, "", HostKeys::top(), "the host");
  out.state_dir = beside(folder_, values.get("state_dir", out.state_dir));
  out.plugin_dirs = values.get("plugin_dirs", out.plugin_dirs);
  for (std::string& directory : out.plugin_dirs) directory = beside(folder_, directory);
  out.debuggable = values.get("debuggable", out.debuggable);
}

void TopologyReader::read_listeners(const Node& root, TopologyConfig& out) const {
  const Node nothing{.kind = Node::Kind::mapping, .at = root.at};
  const Node* http = root.find("http");
  const OptionValues values = options_.section(root, "", "http", HostKeys::http());
  out.http.listen = ListenReader(problems_).read(http ? *http : nothing, "http", values);
  out.http.ready = values.get("ready", out.http.ready);
  out.admin = AdminReader(options_, references_, folder_, problems_).read(root);
  if (!same_listen_address(out.http.listen, out.admin.listen)) return;
  const char* const blamed = root.find("admin") ? "admin" : "http";
  const Node* section = root.find(blamed);
  problems_.add(section ? section->position_of("listen") : root.at, code::same_address, path_of(blamed, "listen"), "'http' and 'admin' listen on one address",
                "give them different ports");
}

void TopologyReader::read_log(const Node& root, TopologyConfig& out) const {
  const OptionValues values = options_.section(root, "", "log", HostKeys::log());
  out.log.level = values.get("level", out.log.level);
  out.log.format = values.get("format", out.log.format);
}

void TopologyReader::read_metrics(const Node& root, TopologyConfig& out) const {
  out.metrics.compat = options_.section(root, "", "metrics", HostKeys::metrics()).get("compat", out.metrics.compat);
}

void TopologyReader::read_connectors(const Node& root, TopologyConfig& out) {
  catalog_.use_directories(out.plugin_dirs);
  const ScalarReader scalars(references_, problems_);
  const OptionReader options(scalars, problems_);
  const ComponentReader components(catalog_, out.plugin_dirs, options, scalars, problems_);
  const IdReader ids(options, scalars, problems_);
  const ConnectorReader connectors(components, options, ids, problems_);
  const Node* node = root.find("connectors");
  if (!node) return problems_.add(root.at, code::no_connector, "connectors", "there is no connector", connector_fix);
  if (!expect_kind(*node, Node::Kind::mapping, "connectors", "a mapping of connectors", problems_)) return;
  if (node->children.empty()) problems_.add(node->at, code::no_connector, "connectors", "there is no connector", connector_fix);
  for (const Node& child : node->children) out.connectors.push_back(connectors.read(child));
}

// After read_connectors, by which the catalog knows the plugin folders of this topology.
void TopologyReader::check_file_roots(const Node& root, TopologyConfig& out) {
  const FileRoots roots(out, problems_.place({}).file, catalog_.directories(), problems_);
  const Node* admin = root.find("admin");
  roots.check(admin, "file_roots", out.admin.file_roots);
  roots.check(admin, "credential_roots", out.admin.credential_roots);
}

}  // namespace connector_host::topology
