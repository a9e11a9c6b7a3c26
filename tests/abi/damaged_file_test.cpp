// Real plugins that are cut short at any length, or changed byte by byte: refused or loaded, and
// the process lives.
#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <random>
#include <set>
#include <span>

#include "host/plugin/elf_check.hpp"
#include "host/plugin/plugin_error.hpp"
#include "tests/abi/scratch_plugins.hpp"

namespace connector_host::testing {
namespace {

std::string trouble_with(std::string_view bytes) {
  try {
    plugin::ElfCheck(std::as_bytes(std::span(bytes))).run();
    return {};
  } catch (const plugin::PluginError& error) {
    return error.what();
  }
}

Elf64_Ehdr header_of(const std::string& bytes) {
  Elf64_Ehdr out;
  std::memcpy(&out, bytes.data(), sizeof out);
  return out;
}

std::vector<Elf64_Phdr> segments_of(const std::string& bytes) {
  const Elf64_Ehdr header = header_of(bytes);
  std::vector<Elf64_Phdr> out(header.e_phnum);
  std::memcpy(out.data(), bytes.data() + header.e_phoff, out.size() * sizeof(Elf64_Phdr));
  return out;
}

// Lengths just before, at and after every place where something begins or ends, and some between.
std::set<std::size_t> telling_lengths(const std::string& bytes) {
  std::set<std::size_t> places = {0, 4, 16, 64, bytes.size()};
  const Elf64_Ehdr header = header_of(bytes);
  places.insert(header.e_phoff + header.e_phnum * sizeof(Elf64_Phdr));
  places.insert(header.e_shoff);
  for (const Elf64_Phdr& segment : segments_of(bytes)) {
    places.insert(segment.p_offset);
    places.insert(segment.p_offset + segment.p_filesz);
    places.insert((segment.p_offset + segment.p_filesz + 4095) / 4096 * 4096);
  }
  for (std::size_t at = 0; at < bytes.size(); at += bytes.size() / 64 + 1) places.insert(at);
  std::set<std::size_t> out;
  for (const std::size_t place : places)
    for (const std::ptrdiff_t off : {-8, -1, 0, 1, 8}) {
      const std::ptrdiff_t length = std::ptrdiff_t(place) + off;
      if (length >= 0 && std::size_t(length) < bytes.size()) out.insert(std::size_t(length));
    }
  return out;
}

TEST(DamagedFile, Cut_at_every_single_length_fails_the_check) {
  for (const auto& [variant, step] :
       {std::pair("plain", 1), std::pair("modern", 41), std::pair("static_libstdcxx", 97)}) {
    const std::string bytes = ScratchPlugins::bytes_of(variant);
    ASSERT_EQ(trouble_with(bytes), "") << variant;
    for (std::size_t length = 0; length < bytes.size(); length += std::size_t(step))
      ASSERT_NE(trouble_with(std::string_view(bytes).substr(0, length)), "")
          << variant << " of " << length << " bytes";
    ASSERT_NE(trouble_with(std::string_view(bytes).substr(0, bytes.size() - 1)), "") << variant;
  }
}

TEST(DamagedFile, Cut_at_every_telling_length_is_refused_by_the_catalog_with_clear_words) {
  const std::string bytes = ScratchPlugins::bytes_of("modern");
  ScratchPlugins plugins;
  plugins.add("plain");
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  for (const std::size_t length : telling_lengths(bytes)) {
    plugins.write("cut", std::string_view(bytes).substr(0, length));
    EXPECT_FALSE(catalog.find(CONNECTOR_SINK, "take")) << length;
    const std::string error = entry_of(catalog, "cut").error;
    EXPECT_TRUE(error.find("truncated") != std::string::npos ||
                error.find("empty") != std::string::npos ||
                error.find("no ELF") != std::string::npos)
        << length << ": " << error;
  }
  plugins.write("cut", bytes);
  EXPECT_TRUE(catalog.find(CONNECTOR_SINK, "take"));
}

// Without a table of sections at its end, a file that is cut behind its last segment is whole as
// far as loading goes.
TEST(DamagedFile, Cut_at_every_telling_length_without_sections_is_refused_or_works) {
  std::string bytes = ScratchPlugins::bytes_of("modern");
  Elf64_Ehdr header = header_of(bytes);
  header.e_shoff = 0;
  header.e_shnum = header.e_shstrndx = 0;
  std::memcpy(bytes.data(), &header, sizeof header);
  std::size_t end = 0;
  for (const Elf64_Phdr& segment : segments_of(bytes))
    end = std::max<std::size_t>(end, segment.p_offset + segment.p_filesz);
  ScratchPlugins plugins;
  plugin::PluginCatalog catalog;
  catalog.use_directories({plugins.path()});
  std::size_t loaded = 0;
  for (const std::size_t length : telling_lengths(bytes)) {
    if (length > end + 4096 && length % 7 != 0)
      continue;  // each content that loads stays in memory
    plugins.write("cut", std::string_view(bytes).substr(0, length));
    catalog.rescan();
    const bool works = entry_of(catalog, "cut").error.empty();
    EXPECT_EQ(works, length >= end)
        << length << " of " << end << ": " << entry_of(catalog, "cut").error;
    loaded += works;
  }
  EXPECT_GT(loaded, 0u);
}

// What a changed byte does cannot be known from the file. The check, and the child that loads it
// first, keep the host alive while it loads. In a process of its own that ends without finalizers:
// they, too, are the damaged file's code.
TEST(DamagedFile, Changed_in_its_headers_and_tables_never_ends_the_process_that_loads_it) {
  const std::string whole = ScratchPlugins::bytes_of("bare");
  EXPECT_EXIT(
      {
        ScratchPlugins plugins;
        plugin::PluginCatalog catalog({{}, std::chrono::milliseconds(3000)});
        catalog.use_directories({plugins.path()});
        std::mt19937_64 random(20240229);
        for (int round = 0; round < 400; ++round) {
          std::string bytes = whole;
          const std::size_t within = round % 2 == 0 ? 2048 : bytes.size();
          for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes)
            bytes[random() % within] = char(random());
          plugins.write("changed", bytes);
          catalog.rescan();
        }
        ::_exit(0);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace connector_host::testing
