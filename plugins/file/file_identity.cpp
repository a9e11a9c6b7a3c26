#include "plugins/file/file_identity.hpp"

#include <connector/percent_encoding.hpp>
#include <filesystem>

namespace connector_host_plugins::file {

std::string file_identity(const std::string& path) {
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  const std::filesystem::path canonical =
      std::filesystem::weakly_canonical(absolute.parent_path()) / absolute.filename();
  return "file://" + connector::percent_encoded(canonical.string(), "/");
}

}  // namespace connector_host_plugins::file
