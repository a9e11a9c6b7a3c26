#include "tests/integration/openapi_document.hpp"

#include <algorithm>
#include <sstream>

namespace integration {
namespace {

using nlohmann::json;

std::string in_case(std::string text, int (*change)(int)) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [change](unsigned char c) { return char(change(c)); });
  return text;
}

std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> out;
  std::istringstream parts(path.substr(0, path.find('?')));
  for (std::string part; std::getline(parts, part, '/');) out.push_back(part);
  while (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

bool fits(const std::string& shape, const std::string& path) {
  const std::vector<std::string> wanted = segments_of(shape), given = segments_of(path);
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](const std::string& want, const std::string& have) {
                      return want.starts_with('{') ? !have.empty() : want == have;
                    });
}

bool is_type(const std::string& type, const json& value) {
  if (type == "null") return value.is_null();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return type == "array" ? value.is_array() : value.is_object();
}

bool has_type(const json& types, const json& value) {
  if (types.is_string()) return is_type(types, value);
  return std::any_of(types.begin(), types.end(),
                     [&](const json& each) { return is_type(each, value); });
}

}  // namespace

std::vector<std::string> OpenApiDocument::paths() const {
  std::vector<std::string> out;
  for (const auto& [path, item] : document_["paths"].items()) out.push_back(path);
  return out;
}

std::set<std::string> OpenApiDocument::methods(const std::string& path) const {
  std::set<std::string> out;
  for (const auto& [method, operation] : document_["paths"].at(path).items()) {
    if (method != "parameters") out.insert(in_case(method, std::toupper));
  }
  return out;
}

std::string OpenApiDocument::template_of(const std::string& path) const {
  for (const std::string& each : paths()) {
    if (fits(each, path)) return each;
  }
  return "";
}

const json& OpenApiDocument::resolved(const json& node) const {
  const auto reference = node.find("$ref");
  return reference == node.end()
             ? node
             : document_.at(json::json_pointer(reference->get<std::string>().substr(1)));
}

std::string OpenApiDocument::mismatch(const std::string& method, const std::string& path,
                                      int status, const std::string& body) const {
  const std::string shape = template_of(path);
  if (shape.empty()) return "the path is not documented";
  const json& item = document_["paths"][shape];
  const auto operation = item.find(in_case(method, std::tolower));
  if (operation == item.end()) return "the method is not documented";
  const auto answer = (*operation)["responses"].find(std::to_string(status));
  if (answer == (*operation)["responses"].end()) return "the status is not documented";
  const json& response = resolved(*answer);
  if (!response.contains("content")) return body.empty() ? "" : "a body that is not documented";
  if (!response["content"].contains("application/json")) return "";  // a page
  const json value = json::parse(body, nullptr, false);
  if (value.is_discarded()) return "the body is no JSON";
  return mismatch(response["content"]["application/json"]["schema"], value, "body");
}

std::string OpenApiDocument::mismatch(const json& unresolved, const json& value,
                                      const std::string& at) const {
  const json& schema = resolved(unresolved);
  if (schema.contains("oneOf")) {
    const auto matches = [&](const json& each) { return mismatch(each, value, at).empty(); };
    return std::count_if(schema["oneOf"].begin(), schema["oneOf"].end(), matches) == 1
               ? ""
               : at + " is not one of those documented";
  }
  if (schema.contains("type") && !has_type(schema["type"], value))
    return at + " is of another type";
  if (schema.contains("const") && value != schema["const"])
    return at + " is not " + schema["const"].dump();
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return at + " is " + value.dump() + ", which is not one of " + schema["enum"].dump();
  if (value.is_object()) return mismatch_of_object(schema, value, at);
  for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
    if (const std::string found =
            mismatch(schema["items"], value[i], at + "[" + std::to_string(i) + "]");
        !found.empty())
      return found;
  }
  return "";
}

std::string OpenApiDocument::mismatch_of_object(const json& schema, const json& value,
                                                const std::string& at) const {
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name.get<std::string>())) return at + " has no " + name.get<std::string>();
  }
  const json properties = schema.value("properties", json::object());
  const json others = schema.value("additionalProperties", json(properties.empty()));
  for (const auto& [name, member] : value.items()) {
    const auto known = properties.find(name);
    if (known == properties.end() && others == false)
      return at + " has a member " + name + " that is not documented";
    if (known == properties.end() && others == true) continue;
    if (const std::string found =
            mismatch(known == properties.end() ? others : *known, member, at + "." + name);
        !found.empty())
      return found;
  }
  return "";
}

}  // namespace integration
