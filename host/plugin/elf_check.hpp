#pragma once
// ElfCheck: whether a file's bytes are a whole shared library of this kind of machine.
//
// The loader of the system trusts a library's headers: it maps what they name and reads there, and a file that ends
// early raises SIGBUS inside dlopen, which no caller can catch. So everything that it would follow is looked at here
// first: the headers, each segment and section against the file's size, the dynamic table and the places that
// relocations write to. It is no judge of the code inside.
//
// Reads only the bytes it was given, which must not change meanwhile. One thread; lives on a stack.
#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace connector_host::plugin {

class ElfCheck {
 public:
  explicit ElfCheck(std::span<const std::byte> file) : file_(file) {}
  // Throws PluginError.
  void run();

 private:
  void read_header();
  void read_segments();
  void check_segment(const Elf64_Phdr&, std::uint64_t& lowest) const;
  void check_sections() const;
  void check_protected() const;
  void read_dynamic();
  void check_tables() const;
  void check_table(std::int64_t address_tag, std::int64_t size_tag) const;
  void check_strings() const;
  void check_relocations(std::int64_t address_tag, std::int64_t size_tag) const;

  bool in_file(std::uint64_t offset, std::uint64_t size) const;
  const Elf64_Phdr* segment_of(std::uint64_t address, std::uint64_t size, bool in_file_too) const;
  std::uint64_t offset_of(std::uint64_t address, std::uint64_t size) const;
  template <class T>
  T read(std::uint64_t offset) const;

  std::span<const std::byte> file_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> loads_;
  Elf64_Phdr dynamic_segment_{};
  std::map<std::int64_t, std::uint64_t> dynamic_;
  std::vector<std::uint64_t> names_;  // offsets into the string table, of tags that may stand more than once
};

}  // namespace connector_host::plugin
