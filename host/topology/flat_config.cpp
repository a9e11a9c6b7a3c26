#include "host/topology/flat_config.hpp"

#include <algorithm>
#include <vector>

#include "host/topology/host_keys.hpp"
#include "host/topology/scalar_value.hpp"
#include "host/topology/shown_text.hpp"
#include "host/topology/url_password.hpp"

namespace connector_host::topology {
namespace {

constexpr std::string_view class_key = "connector.class", tasks_key = "tasks.max", transforms_key = "transforms", name_key = "name";
// Shown because some clients have a column for it; it says nothing of its own.
constexpr std::string_view topic_key = "kafka.topic";
constexpr std::string_view component_roles[] = {"source", "dedup", "sink", "dead_letter"};
constexpr std::string_view sections[] = {"id", "key", "errors", "retry", "breaker", "restart"};

template <std::size_t N>
bool holds(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

// ---- to flat

enum class Secrets { kept, hidden };

// The password of each URL in it, also of one that is a reference's default.
std::string without_url_passwords(std::string text) {
  for (const std::string& password : url_passwords(text)) {
    const std::string written = ":" + password + "@";
    for (std::size_t at = text.find(written); at != std::string::npos; at = text.find(written, at + 1)) {
      text.replace(at + 1, password.size(), hidden_value);
    }
  }
  return text;
}

// A reference may be shown, its default may not: "${PASSWORD:-********}".
std::string without_default(const std::string& text) {
  const bool is_one = text.starts_with("${") && text.find('$', 1) == std::string::npos && text.find('}') == text.size() - 1;
  if (!is_one) return std::string(hidden_value);  // what stands beside a reference may be a part of the secret
  const std::size_t operation = text.find(":-");
  return operation == std::string::npos ? text : text.substr(0, operation + 2) + std::string(hidden_value) + "}";
}

std::string shown(const RawValue& value) {
  if (!value.secret) return without_url_passwords(value.text);
  return value.reference ? without_default(value.text) : std::string(hidden_value);
}

class Writer {
 public:
  explicit Writer(Secrets secrets) : secrets_(secrets) {}

  FlatConfig write(const ConnectorConfig& config) {
    add("", config.raw);
    add("source.", config.source.raw);
    if (config.dedup) add("dedup.", config.dedup->component.raw);
    for (const ComponentConfig& each : config.transforms) add_transform(each);
    add("sink.", config.sink.raw);
    if (config.dead_letter) add("dead_letter.", config.dead_letter->raw);
    flat_[std::string(name_key)] = config.name;
    rename("source.type", class_key);
    rename("tasks", tasks_key);
    return std::move(flat_);
  }

 private:
  void add(const std::string& prefix, const RawValues& raw) {
    for (const auto& [name, value] : raw) flat_[prefix + name] = secrets_ == Secrets::hidden ? shown(value) : value.text;
  }
  void add_transform(const ComponentConfig& transform) {
    std::string& names = flat_[std::string(transforms_key)];
    names += (names.empty() ? "" : ",") + transform.name;
    add(std::string(transforms_key) + "." + transform.name + ".", transform.raw);
  }
  void rename(const char* from, std::string_view to) {
    if (auto value = flat_.extract(from)) {
      value.key() = to;
      flat_.insert(std::move(value));
    }
  }

  const Secrets secrets_;
  FlatConfig flat_;
};

// ---- from flat

class Builder {
 public:
  Builder(const std::string& name, const FlatConfig& flat, Problems& problems) : name_(name), flat_(flat), problems_(problems) {
    root_.kind = Node::Kind::mapping;
    root_.key = name;
  }

  Node build() {
    add_transform_names();
    for (const auto& [key, text] : flat_) {
      ++line_;
      if (key != name_key && key != topic_key && key != transforms_key) place(key, text);
    }
    return std::move(root_);
  }

 private:
  static std::pair<std::string, std::string> split(const std::string& path) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    return {path.substr(0, dot), dot < path.size() ? path.substr(dot + 1) : std::string()};
  }

  void add_transform_names() {
    const auto found = flat_.find(std::string(transforms_key));
    if (found == flat_.end()) return;
    const Position at{int(std::distance(flat_.begin(), found)) + 1, 1};
    Node& list = child(root_, std::string(transforms_key), at);
    list.kind = Node::Kind::sequence;
    for (const std::string& name : split_list(found->second)) {
      Node& transform = list.children.emplace_back(Node{.kind = Node::Kind::mapping, .at = at});
      put(transform, "name", name, at);
    }
  }

  void place(const std::string& key, const std::string& text) {
    const Position at{line_, 1};
    if (key == class_key) return put_into(root_, "source", "type", text, at);
    if (key == tasks_key) return put(root_, "tasks", text, at);
    const auto [head, rest] = split(key);
    if (rest.empty()) return put(root_, key, text, at);
    if (head == transforms_key) return place_transform(key, rest, text, at);
    if (holds(sections, head)) return put_into(root_, head, rest, text, at);
    if (!holds(component_roles, head)) return put(root_, key, text, at);
    if (Node* component = mapping(root_, head, at)) place_option(*component, rest, text, at);
  }

  void place_transform(const std::string& key, const std::string& path, const std::string& text, Position at) {
    const auto [name, option] = split(path);
    if (Node* transform = find_transform(name)) return place_option(*transform, option, text, at);
    problems_.add(at, code::unknown_key, path_of("connectors." + shown_name(name_), key), "there is no transform '" + shown_key(name) + "'",
                  "name it in 'transforms', as in transforms=a,b");
  }

  void place_option(Node& component, const std::string& path, const std::string& text, Position at) {
    const auto [option, rest] = split(path);
    rest.empty() ? put(component, option, text, at) : put_into(component, option, rest, text, at);
  }

  Node* find_transform(const std::string& name) {
    for (Node& list : root_.children) {
      if (list.key != transforms_key) continue;
      for (Node& each : list.children) {
        const Node* own = each.find("name");
        if (own && own->text == name) return &each;
      }
    }
    return nullptr;
  }

  static Node& child(Node& parent, const std::string& key, Position at) { return parent.children.emplace_back(Node{.at = at, .key = key, .key_at = at}); }

  Node* mapping(Node& parent, const std::string& key, Position at) {
    for (Node& each : parent.children) {
      if (each.key != key) continue;
      if (each.kind == Node::Kind::mapping) return &each;
      contradicts(key, at);
      return nullptr;
    }
    Node& made = child(parent, key, at);
    made.kind = Node::Kind::mapping;
    return &made;
  }

  void put(Node& parent, const std::string& key, const std::string& text, Position at) {
    if (const Node* before = parent.find(key)) {
      if (before->kind != Node::Kind::scalar || before->text != text) contradicts(key, at);
      return;
    }
    Node& made = child(parent, key, at);
    made.kind = Node::Kind::scalar;
    made.text = text;
  }

  void put_into(Node& parent, const std::string& key, const std::string& inner, const std::string& text, Position at) {
    if (Node* section = mapping(parent, key, at)) put(*section, inner, text, at);
  }

  void contradicts(const std::string& key, Position at) {
    problems_.add(at, code::wrong_shape, path_of("connectors." + shown_name(name_), key), "'" + shown_key(key) + "' is given twice, in two ways",
                  "keep one of them");
  }

  const std::string& name_;
  const FlatConfig& flat_;
  Problems& problems_;
  Node root_;
  int line_ = 0;
};

}  // namespace

FlatConfig flat_of(const ConnectorConfig& config) {
  return Writer(Secrets::kept).write(config);
}

FlatConfig shown_flat_of(const ConnectorConfig& config) {
  return Writer(Secrets::hidden).write(config);
}

std::string shown_value(const std::string& text, bool secret) {
  return shown({text, text.starts_with("${"), secret});
}

FlatConfig with_hidden_values_of(const ConnectorConfig& before, FlatConfig changed) {
  const FlatConfig shown = shown_flat_of(before), kept = flat_of(before);
  for (auto& [key, value] : changed) {
    const auto was = shown.find(key);
    if (was != shown.end() && was->second == value && value.find(hidden_value) != std::string::npos) value = kept.at(key);
  }
  return changed;
}

Node node_of(const std::string& name, const FlatConfig& flat, Problems& problems) {
  return Builder(name, flat, problems).build();
}

}  // namespace connector_host::topology
