#include "tests/integration/connect_walk/json_skeleton.hpp"

#include <algorithm>

namespace integration {
namespace {

using nlohmann::json;
using Differences = std::vector<std::string>;

constexpr const char* any_key = "*";
constexpr const char* one_of = "|";

bool is_one_of(const json& skeleton) {
  return skeleton.is_object() && skeleton.contains(one_of);
}

std::vector<json> kinds_of(const json& skeleton) {
  if (is_one_of(skeleton)) return skeleton[one_of].get<std::vector<json>>();
  return {skeleton};
}

// Scalars are of one kind when they are the same word; any two objects are, and any two arrays.
bool same_kind(const json& a, const json& b) {
  return a.type() == b.type() && (!a.is_string() || a == b);
}

// ---- making one

std::string bare(const std::string& key) {
  return key.ends_with('?') ? key.substr(0, key.size() - 1) : key;
}

const json* member(const json& object, const std::string& key) {
  for (const std::string& spelling : {key, key + "?"}) {
    if (const auto found = object.find(spelling); found != object.end()) return &*found;
  }
  return nullptr;
}

json united(const json& a, const json& b);

json united_objects(const json& a, const json& b) {
  json all = json::object();
  const auto add = [&](const json& from, const json& other) {
    for (const auto& [key, value] : from.items()) {
      const std::string name = bare(key);
      const json* const twin = member(other, name);
      const bool always = twin && key == name && other.contains(name);
      all[always || name == any_key ? name : name + "?"] = twin ? united(value, *twin) : value;
    }
  };
  add(a, b);
  add(b, a);
  return all;
}

json united_arrays(const json& a, const json& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return json::array({united(a[0], b[0])});
}

json united(const json& a, const json& b) {
  std::vector<json> kinds = kinds_of(a);
  for (const json& each : kinds_of(b)) {
    const auto twin = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const json& kind) { return same_kind(kind, each); });
    if (twin == kinds.end()) {
      kinds.push_back(each);
    } else if (each.is_object()) {
      *twin = united_objects(*twin, each);
    } else if (each.is_array()) {
      *twin = united_arrays(*twin, each);
    }
  }
  if (kinds.size() == 1) return kinds[0];
  std::sort(kinds.begin(), kinds.end());
  return {{one_of, kinds}};
}

const char* word_of(const json& scalar) {
  switch (scalar.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::boolean:
      return "boolean";
    case json::value_t::string:
      return "string";
    case json::value_t::number_float:
      return "number";
    default:
      return "integer";
  }
}

bool has_free_keys(const std::string& pointer, const std::set<std::string>& maps) {
  const std::string last = pointer.substr(
      pointer.find_last_of('/') == std::string::npos ? 0 : pointer.find_last_of('/') + 1);
  return maps.contains(pointer) || last == "config" || last == "partition" || last == "offset";
}

json skeleton_at(const json& value, const std::set<std::string>& maps, const std::string& pointer) {
  if (value.is_array()) {
    json elements = json::array();
    for (const json& each : value)
      elements = united_arrays(elements, json::array({skeleton_at(each, maps, pointer + "/-")}));
    return elements;
  }
  if (!value.is_object()) return word_of(value);
  json members = json::object();
  const bool free = has_free_keys(pointer, maps);
  for (const auto& [key, each] : value.items()) {
    const json skeleton = skeleton_at(each, maps, pointer + "/" + (free ? any_key : key));
    json& place = members[free ? any_key : key];
    place = place.is_null() ? skeleton : united(place, skeleton);
  }
  return members;
}

// ---- comparing two

void compare(const json& got, const json& expected, const std::string& path,
             Differences& differences);

void compare_objects(const json& got, const json& expected, const std::string& path,
                     Differences& differences) {
  for (const auto& [key, value] : expected.items()) {
    const std::string name = bare(key);
    const json* const found = member(got, name);
    if (found) {
      compare(*found, value, path + "/" + name, differences);
      if (key == name && !got.contains(name))
        differences.push_back(path + "/" + name + " is missing in some");
    } else if (key == name) {
      differences.push_back(path + "/" + name + " is missing");
    }
  }
}

void compare_arrays(const json& got, const json& expected, const std::string& path,
                    Differences& differences) {
  if (got.empty() != expected.empty()) {
    differences.push_back(path + (got.empty() ? " is empty" : " is not empty"));
  } else if (!got.empty()) {
    compare(got[0], expected[0], path + "/-", differences);
  }
}

void compare(const json& got, const json& expected, const std::string& path,
             Differences& differences) {
  const std::vector<json> allowed = kinds_of(expected);
  for (const json& each : kinds_of(got)) {
    const auto twin = std::find_if(allowed.begin(), allowed.end(),
                                   [&](const json& kind) { return same_kind(kind, each); });
    if (twin == allowed.end()) {
      differences.push_back((path.empty() ? "the body" : path) + " is " + each.dump() + ", not " +
                            expected.dump());
    } else if (each.is_object()) {
      compare_objects(each, *twin, path, differences);
    } else if (each.is_array()) {
      compare_arrays(each, *twin, path, differences);
    }
  }
}

}  // namespace

json skeleton_of(const json& value, const std::set<std::string>& maps) {
  return skeleton_at(value, maps, "");
}

Differences missing_in(const json& got, const json& expected) {
  Differences differences;
  compare(got, expected, "", differences);
  return differences;
}

}  // namespace integration
