#include "host/plugin/elf_check.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A real shared library that every machine with this test has: one that the test itself uses.
const std::string& a_library() {
  static const std::string bytes = [] {
    Dl_info about{};
    ::dladdr(reinterpret_cast<void*>(&::testing::UnitTest::GetInstance), &about);
    ::dladdr(reinterpret_cast<void*>(static_cast<void (*)()>(&std::terminate)), &about);
    return read_file(about.dli_fname);
  }();
  return bytes;
}

std::string trouble_with(std::string_view bytes) {
  try {
    ElfCheck(std::as_bytes(std::span(bytes))).run();
    return {};
  } catch (const PluginError& error) {
    return error.what();
  }
}

template <class F>
std::string with_header(F&& change) {
  std::string bytes = a_library();
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  change(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

// The first segment of a type, changed.
template <class F>
std::string with_segment(std::uint32_t type, F&& change) {
  std::string bytes = a_library();
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    char* at = bytes.data() + header.e_phoff + i * sizeof(Elf64_Phdr);
    Elf64_Phdr segment;
    std::memcpy(&segment, at, sizeof segment);
    if (segment.p_type != type) continue;
    change(segment);
    std::memcpy(at, &segment, sizeof segment);
    return bytes;
  }
  return {};
}

// The first entry of a tag in the dynamic table, changed.
template <class F>
std::string with_entry(std::int64_t tag, F&& change) {
  Elf64_Phdr dynamic{};
  std::string bytes = with_segment(PT_DYNAMIC, [&](Elf64_Phdr& segment) { dynamic = segment; });
  for (std::uint64_t at = dynamic.p_offset; at < dynamic.p_offset + dynamic.p_filesz;
       at += sizeof(Elf64_Dyn)) {
    Elf64_Dyn entry;
    std::memcpy(&entry, bytes.data() + at, sizeof entry);
    if (entry.d_tag != tag) continue;
    change(entry);
    std::memcpy(bytes.data() + at, &entry, sizeof entry);
    return bytes;
  }
  return {};
}

void expect_refused(const std::string& bytes, const char* words) {
  ASSERT_FALSE(bytes.empty());
  EXPECT_NE(trouble_with(bytes).find(words), std::string::npos)
      << "'" << trouble_with(bytes) << "' has no '" << words << "'";
}

TEST(ElfCheck, A_library_of_this_machine_passes) {
  EXPECT_EQ(trouble_with(a_library()), "");
}

TEST(ElfCheck, What_is_no_library_is_refused_by_its_first_bytes) {
  EXPECT_EQ(trouble_with(""), "is empty; copy it again");
  EXPECT_EQ(trouble_with("\x7f"), "is not a shared library (no ELF file)");
  EXPECT_EQ(trouble_with("#!/bin/sh\nexit 0\n"), "is not a shared library (no ELF file)");
}

TEST(ElfCheck, A_library_of_another_machine_is_refused_with_both_names) {
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_machine = EM_ARM; }),
                 "is built for ARM (32 bit), this machine is ");
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_ident[EI_CLASS] = ELFCLASS32; }),
                 "64-bit");
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_ident[EI_DATA] ^= 3; }),
                 "is built for");
}

TEST(ElfCheck, An_object_file_or_a_core_dump_is_refused) {
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_type = ET_REL; }),
                 "link it with -shared");
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_type = ET_CORE; }),
                 "link it with -shared");
}

TEST(ElfCheck, Numbers_that_wrap_around_are_refused) {
  constexpr std::uint64_t huge = ~std::uint64_t(0);
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_phoff = huge - 8; }),
                 "program headers");
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_shoff = huge - 8; }), "sections");
  expect_refused(with_header([](Elf64_Ehdr& header) { header.e_phnum = 0xffff; }),
                 "65535 program headers");
  expect_refused(with_segment(PT_LOAD, [](Elf64_Phdr& segment) { segment.p_offset = huge - 8; }),
                 "truncated");
  expect_refused(with_segment(PT_LOAD, [](Elf64_Phdr& segment) { segment.p_filesz = huge; }),
                 "truncated");
  expect_refused(with_segment(PT_LOAD, [](Elf64_Phdr& segment) { segment.p_vaddr = huge - 4095; }),
                 "4 GiB");
  expect_refused(with_segment(PT_LOAD, [](Elf64_Phdr& segment) { segment.p_memsz = huge; }),
                 "4 GiB");
}

TEST(ElfCheck, Segments_that_make_no_sense_are_refused) {
  expect_refused(with_segment(PT_LOAD, [](Elf64_Phdr& segment) { segment.p_memsz = 0; }),
                 "larger in the file");
  expect_refused(with_segment(PT_LOAD, [](Elf64_Phdr& segment) { segment.p_align = 3; }),
                 "alignment");
  expect_refused(with_segment(PT_LOAD, [](Elf64_Phdr& segment) { segment.p_vaddr += 8; }),
                 "aligned");
  expect_refused(with_segment(PT_DYNAMIC, [](Elf64_Phdr& segment) { segment.p_type = PT_NULL; }),
                 "no dynamic table");
  expect_refused(with_segment(PT_DYNAMIC, [](Elf64_Phdr& segment) { segment.p_vaddr += 1 << 30; }),
                 "outside the file");
  expect_refused(
      with_segment(PT_GNU_RELRO, [](Elf64_Phdr& segment) { segment.p_vaddr += 1 << 30; }),
      "outside what is loaded");
  expect_refused(with_segment(PT_GNU_STACK, [](Elf64_Phdr& segment) { segment.p_flags |= PF_X; }),
                 "executable stacks");
}

TEST(ElfCheck, A_dynamic_table_that_points_elsewhere_is_refused) {
  for (const std::int64_t tag : {DT_STRTAB, DT_SYMTAB, DT_RELA, DT_INIT_ARRAY, DT_GNU_HASH})
    expect_refused(
        with_entry(tag, [](Elf64_Dyn& entry) { entry.d_un.d_ptr += std::uint64_t(1) << 40; }),
        "outside the file");
  expect_refused(with_entry(DT_STRSZ, [](Elf64_Dyn& entry) { entry.d_un.d_val = 0; }), "no end");
  expect_refused(with_entry(DT_NEEDED, [](Elf64_Dyn& entry) { entry.d_un.d_val = 1 << 30; }),
                 "table of names");
  expect_refused(with_entry(DT_RELASZ, [](Elf64_Dyn& entry) { entry.d_un.d_val -= 1; }),
                 "not whole");
  expect_refused(with_entry(DT_RELASZ, [](Elf64_Dyn& entry) { entry.d_tag = DT_DEBUG; }),
                 "without its size");
}

TEST(ElfCheck, A_relocation_that_would_write_to_the_host_is_refused) {
  std::uint64_t table = 0;
  std::string bytes = with_entry(DT_RELA, [&](Elf64_Dyn& entry) { table = entry.d_un.d_ptr; });
  Elf64_Rela relocation;  // the first segment of a library begins at 0 in the file and in memory
  std::memcpy(&relocation, bytes.data() + table, sizeof relocation);
  for (const std::uint64_t target : {std::uint64_t(0), std::uint64_t(1) << 40}) {
    relocation.r_offset = target;
    std::memcpy(bytes.data() + table, &relocation, sizeof relocation);
    expect_refused(bytes, "relocation 0 writes outside its data");
  }
}

// Under AddressSanitizer this shows any read beyond the bytes it was given.
TEST(ElfCheck, Reads_nothing_beyond_its_bytes_whatever_they_say) {
  std::mt19937_64 random(7);
  const std::string& whole = a_library();
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole.substr(0, round % 3 == 0 ? random() % whole.size() : whole.size());
    Elf64_Ehdr header{};
    if (bytes.size() < 4096) continue;
    std::memcpy(&header, bytes.data(), sizeof header);
    for (int change = 0; change < 3; ++change)
      bytes[random() % (round % 2 ? 64 : 1024)] = char(random());
    if (round % 3 == 0) header.e_shoff = 0;
    bytes.shrink_to_fit();
    trouble_with(bytes);
  }
}

}  // namespace
}  // namespace connector_host::plugin
