#pragma once
// CommandBuffer: commands in the form that goes over the wire, written one behind the other into
// memory that is used again.
//
// Arguments are bytes with a length in front: nothing in an id can end an argument or be taken for
// a format. Used by one thread at a time; owned by a Connection.
#include <charconv>
#include <initializer_list>
#include <string>
#include <string_view>

namespace connector_host_plugins::redis {

class CommandBuffer {
 public:
  void clear() { bytes_.clear(); }
  std::string_view bytes() const { return bytes_; }

  void command(std::initializer_list<std::string_view> arguments) {
    header('*', arguments.size());
    for (const std::string_view argument : arguments) this->argument(argument);
  }
  void header(char kind, std::size_t number) {
    char text[24];
    text[0] = kind;
    char* end = std::to_chars(text + 1, text + sizeof text - 2, number).ptr;
    *end++ = '\r';
    *end++ = '\n';
    bytes_.append(text, std::size_t(end - text));
  }
  void argument(std::string_view text) { argument({}, text, {}); }
  // One argument of three parts.
  void argument(std::string_view before, std::string_view text, std::string_view after) {
    header('$', before.size() + text.size() + after.size());
    bytes_.append(before).append(text).append(after).append("\r\n", 2);
  }
  // What was formatted before, as bytes() gave it.
  void raw(std::string_view formatted) { bytes_.append(formatted); }

 private:
  std::string bytes_;
};

}  // namespace connector_host_plugins::redis
