#pragma once
// Node: a piece of a YAML file as our own tree, each with its position. Knows nothing of topologies.
//
// A child of a mapping carries its key. What the reader refused (an alias, say) is `unusable`: its problem is reported
// already and nobody complains about it again. Plain data; depth is at most YamlReader::deepest.
#include <string>
#include <string_view>
#include <vector>

namespace connector_host::topology {

// Counted from 1, columns in characters; 0: nowhere.
struct Position {
  int line = 0;
  int column = 0;
};

struct Node {
  enum class Kind { null, scalar, sequence, mapping, unusable };

  Kind kind = Kind::null;
  Position at;
  std::string text;     // of a scalar
  bool quoted = false;  // the scalar is quoted or a block: text whatever it looks like
  std::string key;      // of a mapping's child
  Position key_at;
  std::vector<Node> children;

  // The mapping's child of that key, or null.
  const Node* find(std::string_view key) const;
  // Where to point when the key is there, else where the mapping itself is.
  Position position_of(std::string_view key) const;
  std::string_view kind_name() const;
};

}  // namespace connector_host::topology
