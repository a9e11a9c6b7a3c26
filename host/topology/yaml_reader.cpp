#include "host/topology/yaml_reader.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

constexpr std::string_view marker = "\n---";
constexpr std::string_view end_marker = "\n...";

// Ends a parse from within an event; its problem is reported already.
struct Stop {};

// A container that is still open, and the key that waits for its value.
struct Open {
  Node node;
  std::unordered_map<std::string, Position> keys;
  std::string key;
  Position key_at;
  bool has_key = false;
  bool drop_value = false;     // the key was refused
  bool stands_as_key = false;  // a container used as a key: refused, read to its end
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& source, Problems& problems) : source_(source), problems_(problems) {}

  Node take_root() { return std::move(root_); }
  // The first document came to its end, so what is in it can be looked at though another one begins.
  bool first_is_whole() const { return first_is_whole_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) {
      first_document_ = std::size_t(mark.pos);
      return;
    }
    // yaml-cpp also calls it a new document when the first one ends too early, by a wrong indentation say.
    const std::string_view between = source_.text().substr(first_document_, std::size_t(mark.pos) + marker.size() - first_document_);
    if (between.find(marker) != std::string_view::npos || between.find(end_marker) != std::string_view::npos) {
      complain(at(mark), code::second_document, "", "a second YAML document begins", "keep one document per file; list several connectors under 'connectors'");
      first_is_whole_ = true;
    } else {
      complain(at(mark), code::syntax, "", "this belongs to nothing above it", "check the indentation of this line and the one above");
    }
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark&, const std::string&) override {}  // seen in the node's own event

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (awaits_key()) return refuse_key(at(mark), "a key is empty or null", "write the key as text; quote it if it is a word such as null");
    Node node;
    // The event of `key:` points at whatever comes next, which may be lines away.
    node.at = open_.empty() || open_.back().node.kind != Node::Kind::mapping ? at(mark) : open_.back().key_at;
    place(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    complain(at(mark), code::anchor, path(), "an alias (*name) is not allowed", "write the value out where it is needed");
    if (awaits_key()) return drop_key(at(mark));
    place({.kind = Node::Kind::unusable, .at = at(mark)});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    const bool no_anchor = refuse_anchor(mark, anchor), no_tag = refuse_tag(mark, tag), is_text = refuse_bytes(mark, value);
    const bool usable = no_anchor && no_tag && is_text;
    refuse_open_quote(mark);
    if (awaits_key()) return take_key(at(mark), value, usable, tag != "!");
    place({.kind = usable ? Node::Kind::scalar : Node::Kind::unusable, .at = at(mark), .text = value, .quoted = tag == "!"});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::sequence);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::mapping);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  Position at(const YAML::Mark& mark) const { return mark.pos < 0 ? Position{} : source_.position(std::size_t(mark.pos)); }

 private:
  // A hundred thousand duplicates are not worth the time to find them all.
  void complain(Position where, const ProblemCode& code, std::string path, std::string what, std::string fix) {
    problems_.add(where, code, std::move(path), std::move(what), std::move(fix));
    if (problems_.full()) throw Stop{};
  }

  bool awaits_key() const { return !open_.empty() && open_.back().node.kind == Node::Kind::mapping && !open_.back().has_key; }

  // Of the node that the next event belongs to, for messages.
  std::string path() const {
    std::string out;
    for (const Open& open : open_) {
      if (open.node.kind == Node::Kind::sequence) out += "[" + std::to_string(open.node.children.size()) + "]";
      if (open.has_key && !open.key.empty()) out += (out.empty() ? "" : ".") + shown_key(open.key);
    }
    return out;
  }

  bool refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == 0) return true;
    complain(at(mark), code::anchor, path(), "an anchor (&name) is not allowed", "remove it, and write the value out where it is needed");
    return false;
  }
  // yaml-cpp gives "?" for an untagged plain node and "!" for an untagged quoted one; a written "!" looks the same, but
  // the node then begins with it.
  bool refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    const auto offset = std::size_t(mark.pos);
    const bool written = offset < source_.text().size() && source_.text()[offset] == '!';
    if (!written && (tag.empty() || tag == "?" || tag == "!")) return true;
    complain(at(mark), code::tag, path(), "a tag (!name) is not allowed", "remove it; the option's declared type decides how a value is read");
    return false;
  }
  // "\0" and the like: escapes can say what the file's bytes could not.
  bool refuse_bytes(const YAML::Mark& mark, const std::string& value) {
    if (value.find('\0') == std::string::npos && first_not_utf8(value) == std::string::npos) return true;
    complain(at(mark), code::not_text, path(), "an escape makes a NUL or something that is not UTF-8", "remove the escape");
    return false;
  }

  // yaml-cpp takes a quoted text that is cut off right after a line break for a whole one.
  void refuse_open_quote(const YAML::Mark& mark) {
    const std::string_view text = source_.text();
    const char quote = std::size_t(mark.pos) < text.size() ? text[std::size_t(mark.pos)] : ' ';
    if (quote != '"' && quote != '\'') return;
    for (std::size_t at = std::size_t(mark.pos) + 1; at < text.size(); ++at) {
      if (quote == '"' && text[at] == '\\') {
        ++at;
      } else if (text[at] == quote) {
        if (quote == '"' || at + 1 >= text.size() || text[at + 1] != quote) return;
        ++at;
      }
    }
    complain(at(mark), code::syntax, path(), "a quoted text is not closed before the file ends", "add the closing quote");
  }

  void refuse_key(Position where, std::string what, std::string fix) {
    complain(where, code::bad_key, path(), std::move(what), std::move(fix));
    drop_key(where);
  }
  void drop_key(Position where) {
    Open& top = open_.back();
    top.has_key = top.drop_value = true;
    top.key.clear();
    top.key_at = where;
  }
  void take_key(Position where, const std::string& key, bool usable, bool plain) {
    if (!usable) return drop_key(where);
    if (key.find("${") != std::string::npos) return refuse_key(where, "a reference in a key is not resolved", "write the key as text");
    if (plain && key == "<<") {
      complain(where, code::anchor, path(), "a merge key (<<) is not allowed", "write the keys out where they are needed");
      return drop_key(where);
    }
    Open& top = open_.back();
    const auto [first, is_new] = top.keys.emplace(key, where);
    if (!is_new) {
      const std::string parent = path();
      complain(where, code::duplicate_key, parent + (parent.empty() ? "" : ".") + shown_key(key),
               "key '" + shown_key(key) + "' stands twice, first on line " + std::to_string(first->second.line), "remove one of them");
      return drop_key(where);
    }
    top.has_key = true;
    top.key = key;
    top.key_at = where;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (open_.size() == YamlReader::deepest) {
      complain(at(mark), code::too_deep, "", "nested deeper than 32 levels", "a topology needs six; check the brackets and the indentation");
      throw Stop{};
    }
    const bool stands_as_key = awaits_key();
    Open top;
    top.node.kind = kind;
    top.node.at = at(mark);
    top.stands_as_key = stands_as_key;
    open_.push_back(std::move(top));
  }
  void close() {
    Open top = std::move(open_.back());
    open_.pop_back();
    // Said only now: a bracket that is never closed looks like a key to yaml-cpp, and that has a message of its own.
    if (top.stands_as_key) return refuse_key(top.node.at, "a key is a list or a mapping", "write the key as text");
    place(std::move(top.node));
  }
  void place(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& top = open_.back();
    const bool keep = !std::exchange(top.drop_value, false);
    if (top.has_key) {
      node.key = std::move(top.key);
      node.key_at = top.key_at;
      top.has_key = false;
    }
    if (keep) top.node.children.push_back(std::move(node));
  }

  const SourceText& source_;
  Problems& problems_;
  std::vector<Open> open_;
  Node root_;
  int documents_ = 0;
  bool first_is_whole_ = false;
  std::size_t first_document_ = 0;  // its offset
};

// yaml-cpp's own words, which may end in a piece of the file, are never shown.
std::pair<std::string, std::string> explain(const std::string& message) {
  using namespace YAML::ErrorMsg;
  const auto is = [&](std::string_view known) { return message.starts_with(known); };
  if (is(TAB_IN_INDENTATION)) return {"a tab is used for indentation", "indent with spaces"};
  if (is(END_OF_MAP_FLOW)) return {"a '{' is not closed as expected", "check the commas between the entries and the closing '}'"};
  if (is(END_OF_SEQ_FLOW)) return {"a '[' is not closed as expected", "check the commas between the items and the closing ']'"};
  if (is(END_OF_MAP) || is(MAP_KEY) || is(MAP_VALUE))
    return {"the mapping is broken here", "check the indentation of this line and the one above, and quote values that contain ': '"};
  if (is(END_OF_SEQ) || is(BLOCK_ENTRY)) return {"the list is broken here", "check the indentation of the '- ' items"};
  if (is(FLOW_END)) return {"a closing bracket without its opening one", "remove it, or open it before"};
  if (is(EOF_IN_SCALAR)) return {"a quoted text is not closed before the file ends", "add the closing quote"};
  if (is(DOC_IN_SCALAR)) return {"a quoted text is not closed before a line of --- or ...", "add the closing quote"};
  if (is(INVALID_ESCAPE) || is(INVALID_HEX) || is(INVALID_UNICODE))
    return {"an escape in double quotes is not valid", "write \\\\ for a backslash, or use single quotes"};
  if (is(CHAR_IN_SCALAR) || is(UNKNOWN_TOKEN)) return {"a value begins with a character that has a meaning in YAML", "put the value in quotes"};
  if (is(CHAR_IN_BLOCK) || is(ZERO_INDENT_IN_BLOCK)) return {"the header of a block text ('|' or '>') is not valid", "end the line right after '|' or '>'"};
  return {"this is not valid YAML", "check the quotes, brackets and indentation around this place"};
}

bool is_about_an_alias(const std::string& message) {
  using namespace YAML::ErrorMsg;
  for (const std::string_view known :
       {UNKNOWN_ANCHOR, ALIAS_NOT_FOUND, ANCHOR_NOT_FOUND, CHAR_IN_ALIAS, CHAR_IN_ANCHOR, MULTIPLE_ANCHORS, MULTIPLE_ALIASES, ALIAS_CONTENT}) {
    if (message.starts_with(known)) return true;
  }
  return false;
}

bool is_about_a_tag(const std::string& message) {
  using namespace YAML::ErrorMsg;
  for (const std::string_view known : {CHAR_IN_TAG_HANDLE, TAG_WITH_NO_SUFFIX, END_OF_VERBATIM_TAG, MULTIPLE_TAGS}) {
    if (message.starts_with(known)) return true;
  }
  return false;
}

// Inside { } and [ ] an unquoted ${NAME} is a mapping to YAML, which is the mistake that nearly everybody makes once.
bool is_unquoted_reference(const YAML::Exception& error, std::string_view text) {
  const std::size_t end = std::min(text.size(), std::size_t(std::max(error.mark.pos, 0)) + 1);  // it may point at the brace
  const std::size_t line = text.substr(0, end).find_last_of('\n') + 1;
  return text.substr(line, end - line).find("${") != std::string_view::npos;
}

void report(const YAML::Exception& error, const SourceText& source, Position where, Problems& problems) {
  if (is_about_an_alias(error.msg)) {
    problems.add(where, code::anchor, "", "an anchor (&name) or alias (*name) is not allowed", "quote the value if it only begins with & or *");
  } else if (is_about_a_tag(error.msg)) {
    problems.add(where, code::tag, "", "a tag (!name) is not allowed", "quote the value if it only begins with !");
  } else {
    auto [what, fix] = explain(error.msg);
    if (is_unquoted_reference(error, source.text())) fix = "put a value that holds ${...} in quotes, as in { key: \"${NAME}\" }";
    problems.add(where, code::syntax, "", std::move(what), std::move(fix));
  }
}

}  // namespace

std::optional<Node> YamlReader::read(const SourceText& source, Problems& problems) {
  std::istringstream in{std::string(source.text())};
  TreeBuilder builder(source, problems);
  try {
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take_root();
  } catch (const Stop&) {
    if (builder.first_is_whole()) return builder.take_root();
  } catch (const YAML::Exception& error) {
    report(error, source, builder.at(error.mark), problems);
  }
  return std::nullopt;
}

}  // namespace connector_host::topology
