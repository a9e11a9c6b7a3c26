#pragma once
// Config: the options of one instance, as the host resolved them (defaults filled, secrets read, units converted).
//
// Asking for an option that the component did not declare, or as another type, is a mistake of the plugin and throws
// BAD_CONFIG with the option's name. An owner of its values; immutable, so any thread may read it.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connector/error.hpp"
#include "connector/json_reader.hpp"

namespace connector {

class Config {
 public:
  using List = std::vector<std::string>;
  using Map = std::vector<std::pair<std::string, std::string>>;  // in the order of the topology

  explicit Config(std::string_view json) {
    detail::JsonReader reader(json);
    reader.sequence('{', '}', [&] {
      std::string name = reader.string();
      reader.expect(':');
      values_.emplace(std::move(name), read_value(reader));
    });
    reader.expect_end();
  }

  // False when the option was not set and has no default.
  bool has(std::string_view name) const { return get(name).kind != Kind::none; }
  const std::string& string(std::string_view name) const { return get(name, Kind::string).text; }
  std::string string_or(std::string_view name, std::string_view otherwise) const { return has(name) ? string(name) : std::string(otherwise); }
  bool boolean(std::string_view name) const { return get(name, Kind::word).text == "true"; }
  std::int64_t integer(std::string_view name) const { return number_as<std::int64_t>(name); }
  double number(std::string_view name) const { return number_as<double>(name); }
  std::chrono::milliseconds duration(std::string_view name) const { return std::chrono::milliseconds(integer(name)); }
  std::uint64_t size(std::string_view name) const { return std::uint64_t(integer(name)); }
  const List& list(std::string_view name) const { return get(name, Kind::list).list; }
  const Map& map(std::string_view name) const { return get(name, Kind::map).map; }

 private:
  enum class Kind { none, word, string, list, map };
  struct Value {
    Kind kind = Kind::none;
    std::string text;
    List list;
    Map map;
  };

  static Value read_value(detail::JsonReader& reader) {
    Value value;
    if (reader.next_is('"')) {
      value.kind = Kind::string;
      value.text = reader.string();
    } else if (reader.next_is('[')) {
      value.kind = Kind::list;
      reader.sequence('[', ']', [&] { value.list.push_back(reader.string()); });
    } else if (reader.next_is('{')) {
      value.kind = Kind::map;
      reader.sequence('{', '}', [&] {
        std::string key = reader.string();
        reader.expect(':');
        value.map.emplace_back(std::move(key), reader.string());
      });
    } else {
      value.text = reader.word();
      value.kind = value.text == "null" ? Kind::none : Kind::word;
    }
    return value;
  }
  const Value& get(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw bad_config("option '" + std::string(name) + "' is not declared by this component");
    return found->second;
  }
  const Value& get(std::string_view name, Kind kind) const {
    const Value& value = get(name);
    if (value.kind != kind) throw bad_config("option '" + std::string(name) + (value.kind == Kind::none ? "' is not set" : "' is declared as another type"));
    return value;
  }
  template <class T>
  T number_as(std::string_view name) const {
    const std::string& word = get(name, Kind::word).text;
    T out{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out);
    if (error != std::errc() || end != word.data() + word.size()) throw bad_config("option '" + std::string(name) + "' is not a number of this type: " + word);
    return out;
  }

  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace connector
