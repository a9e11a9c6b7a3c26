#pragma once
// TableCheck: whether a plugin's table keeps the contract of abi.h, so that the rest of the host may follow it blindly.
//
// Looks at sizes, versions, kinds, words, option and metric declarations and the operations that a kind cannot do
// without. What a later minor version appended is left alone; what an older one lacks is fine where the contract calls
// it optional. Follows the table's pointers: of a library that nobody has tried yet, call it in a child process first.
//
// One thread; lives on a stack; keeps nothing of the table.
#include <cstdint>
#include <string>

#include "connector/abi.h"

namespace connector_host::plugin {

class TableCheck {
 public:
  // Throws PluginError.
  static void run(const connector_plugin& plugin);

 private:
  explicit TableCheck(std::string where) : where_(std::move(where)) {}

  void check(const connector_component&) const;
  void check(const connector_option&) const;
  void check(const connector_metric&) const;
  void check_ops(const connector_component&) const;
  void check_word(connector_view, const char* what, const char* letters, std::size_t longest) const;
  void check_text(connector_view, const char* what, bool may_be_null) const;
  void check_count(std::uint64_t count, std::uint64_t most, const void* first, const char* what) const;
  void check_size(std::uint32_t struct_size, std::size_t at_least, const char* what) const;
  [[noreturn]] void refuse(const std::string& why) const;
  TableCheck inside(const std::string& part) const { return TableCheck(where_ + part); }

  std::string where_;  // "source rabbitmq, option queue: "
};

}  // namespace connector_host::plugin
