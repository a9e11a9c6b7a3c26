#include "host/topology/scalar_reader.hpp"

namespace connector_host::topology {

bool expect_kind(const Node& node, Node::Kind kind, const std::string& path, const std::string& expected, Problems& problems) {
  if (node.kind == kind) return true;
  if (node.kind == Node::Kind::null) {
    problems.add(node.at, code::no_value, path, "has no value, expected " + expected, "give it a value, or remove the line");
  } else if (node.kind != Node::Kind::unusable) {
    problems.add(node.at, code::wrong_shape, path, "expected " + expected + ", got " + std::string(node.kind_name()),
                 "check the indentation, the brackets and the space after each ':'");
  }
  return false;
}

std::optional<Scalar> ScalarReader::read(const Node& node, const std::string& path, const std::string& expected) const {
  if (!expect_kind(node, Node::Kind::scalar, path, expected, problems_)) return std::nullopt;
  References::Resolved resolved = references_.resolve(node.text);
  for (Complaint& failure : resolved.failures) problems_.add(node.at, failure.code, path, std::move(failure.what), std::move(failure.fix));
  if (!resolved.failures.empty()) return std::nullopt;
  return Scalar{.text = std::move(resolved.text),
                .quoted = node.quoted,
                .secret = false,
                .references = std::move(resolved.names),
                .file_contents = std::move(resolved.file_contents)};
}

}  // namespace connector_host::topology
