#pragma once
// KeyTemplate: turns an id into the name of its key, by the option `key_template`, which contains
// {id} exactly once.
//
// {id} is replaced with its braces, so a key has no hash tag of ours. Immutable; any thread.
#include <string>
#include <string_view>

namespace connector_host_plugins::redis {

class KeyTemplate {
 public:
  explicit KeyTemplate(std::string_view text);  // throws BAD_CONFIG

  std::string_view before() const { return before_; }
  std::string_view after() const { return after_; }
  std::string key(std::string_view id) const;
  // What the keys of all ids begin with that begin with id_start.
  std::string key_start(std::string_view id_start) const { return before_ + std::string(id_start); }
  // A pattern of SCAN for the keys of one scope, or of every scope when it is empty. Throws
  // BAD_CONFIG where the pattern would match every key of the database.
  std::string pattern(std::string_view scope) const;

 private:
  std::string before_, after_;
};

// For messages: at most 100 characters, what is not printable as \xNN.
std::string in_quotes(std::string_view bytes);

}  // namespace connector_host_plugins::redis
