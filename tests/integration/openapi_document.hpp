#pragma once
// OpenApiDocument: an OpenAPI 3.1 document as a test asks it: is this operation in there, and is
// this one of its answers?
//
// Knows what our document uses of JSON Schema, and takes the objects of answers for closed: a
// member that is not told of is a mistake of the document. Immutable.
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace integration {

class OpenApiDocument {
 public:
  explicit OpenApiDocument(nlohmann::json document) : document_(std::move(document)) {}

  std::vector<std::string> paths() const;  // as templates: "/connectors/{connector}"
  std::set<std::string> methods(const std::string& path) const;  // of a template, in capitals
  std::string template_of(const std::string& path) const;        // "": none fits
  // What is wrong with this answer; "": nothing.
  std::string mismatch(const std::string& method, const std::string& path, int status,
                       const std::string& body) const;

 private:
  const nlohmann::json& resolved(const nlohmann::json& node) const;
  std::string mismatch(const nlohmann::json& schema, const nlohmann::json& value,
                       const std::string& at) const;
  std::string mismatch_of_object(const nlohmann::json& schema, const nlohmann::json& value,
                                 const std::string& at) const;

  const nlohmann::json document_;
};

}  // namespace integration
