#include "host/topology/topology_loader.hpp"

#include <filesystem>

#include "host/topology/source_text.hpp"
#include "host/topology/topology_reader.hpp"
#include "host/topology/yaml_reader.hpp"

namespace connector_host::topology {

LoadedTopology TopologyLoader::load_file(const std::string& path) {
  Problems problems(path);
  const auto text = SourceText::read_file(path, problems);
  if (!text) return {std::nullopt, problems.take()};
  return load_text(*text, path);
}

LoadedTopology TopologyLoader::load_text(std::string_view text, const std::string& file) {
  Problems problems(file);
  const SourceText source(text);
  const auto root = source.check(problems) ? YamlReader::read(source, problems) : std::nullopt;
  if (!root) return {std::nullopt, problems.take()};
  const std::string folder = std::filesystem::path(file).parent_path().string();
  const References references(variables_, folder);
  TopologyConfig config = TopologyReader(catalog_, references, folder, problems).read(*root);
  if (!problems.empty()) return {std::nullopt, problems.take()};
  return {std::move(config), {}};
}

}  // namespace connector_host::topology
