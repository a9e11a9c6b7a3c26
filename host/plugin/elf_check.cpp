#include "host/plugin/elf_check.hpp"

#include <bit>
#include <cstring>
#include <string>

#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half this_machine = EM_AARCH64;
#elif defined(__powerpc64__)
constexpr Elf64_Half this_machine = EM_PPC64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr Elf64_Half this_machine = EM_RISCV;
#elif defined(__s390x__)
constexpr Elf64_Half this_machine = EM_S390;
#else
#error "name this machine's ELF number here; 32-bit machines are not supported"
#endif
constexpr unsigned char this_order = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

constexpr std::uint64_t most_segments = 128, most_memory = std::uint64_t(1) << 32;

[[noreturn]] void refuse(const std::string& why) {
  throw PluginError(why);
}
[[noreturn]] void truncated(const std::string& what, std::uint64_t offset, std::uint64_t size, std::uint64_t file_size) {
  refuse("is truncated or damaged: " + what + " needs bytes " + std::to_string(offset) + " to " + std::to_string(offset + size) + ", the file has " +
         std::to_string(file_size) + "; copy it again");
}
[[noreturn]] void damaged(const std::string& what) {
  refuse("is damaged: " + what + "; copy or build it again");
}

std::string machine_name(Elf64_Half machine) {
  switch (machine) {
    case EM_386:
      return "x86 (32 bit)";
    case EM_X86_64:
      return "x86-64";
    case EM_ARM:
      return "ARM (32 bit)";
    case EM_AARCH64:
      return "AArch64";
    case EM_RISCV:
      return "RISC-V";
    default:
      return "machine number " + std::to_string(machine);
  }
}

}  // namespace

void ElfCheck::run() {
  read_header();
  check_sections();
  read_segments();
  check_protected();
  read_dynamic();
  check_tables();
  check_strings();
  check_relocations(DT_RELA, DT_RELASZ);
  if (dynamic_.contains(DT_JMPREL)) check_relocations(DT_JMPREL, DT_PLTRELSZ);
}

template <class T>
T ElfCheck::read(std::uint64_t offset) const {
  T out;
  std::memcpy(&out, file_.data() + offset, sizeof out);
  return out;
}

// Written so that no sum can overflow: every number comes from the file.
bool ElfCheck::in_file(std::uint64_t offset, std::uint64_t size) const {
  return offset <= file_.size() && size <= file_.size() - offset;
}

void ElfCheck::read_header() {
  if (file_.empty()) refuse("is empty; copy it again");
  if (file_.size() < SELFMAG || std::memcmp(file_.data(), ELFMAG, SELFMAG) != 0) refuse("is not a shared library (no ELF file)");
  if (file_.size() < sizeof header_) truncated("the ELF header", 0, sizeof header_, file_.size());
  header_ = read<Elf64_Ehdr>(0);
  if (header_.e_ident[EI_CLASS] != ELFCLASS64) refuse("is not a 64-bit library; build it for this machine");
  if (header_.e_ident[EI_DATA] != this_order || header_.e_machine != this_machine)
    refuse("is built for " + machine_name(header_.e_machine) + ", this machine is " + machine_name(this_machine) + "; build it for this machine");
  if (header_.e_ident[EI_VERSION] != EV_CURRENT || header_.e_version != EV_CURRENT) damaged("its ELF version is unknown");
  if (header_.e_type != ET_DYN) refuse("is an ELF file but not a shared library; link it with -shared");
  if (header_.e_phentsize != sizeof(Elf64_Phdr)) damaged("its program headers have an unknown size");
  if (header_.e_phnum == 0 || header_.e_phnum > most_segments) damaged("it names " + std::to_string(header_.e_phnum) + " program headers");
  const std::uint64_t size = header_.e_phnum * sizeof(Elf64_Phdr);
  if (!in_file(header_.e_phoff, size)) truncated("the table of program headers", header_.e_phoff, size, file_.size());
}

// The loader needs no sections, but linkers write their table last: it shows that the end of the file is there.
void ElfCheck::check_sections() const {
  if (header_.e_shoff == 0) return;
  if (header_.e_shentsize != sizeof(Elf64_Shdr)) damaged("its section headers have an unknown size");
  const std::uint64_t size = header_.e_shnum * sizeof(Elf64_Shdr);
  if (!in_file(header_.e_shoff, size)) truncated("the table of sections", header_.e_shoff, size, file_.size());
  for (std::uint64_t i = 0; i < header_.e_shnum; ++i) {
    const auto section = read<Elf64_Shdr>(header_.e_shoff + i * sizeof(Elf64_Shdr));
    if (section.sh_type == SHT_NOBITS || section.sh_type == SHT_NULL) continue;
    if (!in_file(section.sh_offset, section.sh_size)) truncated("section " + std::to_string(i), section.sh_offset, section.sh_size, file_.size());
  }
}

void ElfCheck::read_segments() {
  std::uint64_t lowest = 0;
  for (std::uint64_t i = 0; i < header_.e_phnum; ++i) {
    const auto segment = read<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr));
    if (segment.p_filesz && !in_file(segment.p_offset, segment.p_filesz))
      truncated("segment " + std::to_string(i), segment.p_offset, segment.p_filesz, file_.size());
    if (segment.p_type == PT_LOAD) {
      check_segment(segment, lowest);
      loads_.push_back(segment);
    }
    if (segment.p_type == PT_DYNAMIC) dynamic_segment_ = segment;
    if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X))
      refuse("asks for executable stacks, which would weaken the whole host; link it with -Wl,-z,noexecstack");
  }
  if (loads_.empty()) damaged("nothing of it is to be loaded");
  if (dynamic_segment_.p_type != PT_DYNAMIC) damaged("it has no dynamic table");
}

// lowest: where the next segment may begin; the loader maps them in rising order and lays them over one reservation.
void ElfCheck::check_segment(const Elf64_Phdr& segment, std::uint64_t& lowest) const {
  if (segment.p_filesz > segment.p_memsz) damaged("a segment is larger in the file than in memory");
  if (segment.p_memsz > most_memory || segment.p_vaddr > most_memory) damaged("a segment lies beyond 4 GiB");
  if (segment.p_vaddr < lowest) damaged("its segments overlap");
  if (!std::has_single_bit(segment.p_align) || segment.p_align < 4096 || segment.p_align > most_memory) damaged("a segment has an impossible alignment");
  if ((segment.p_vaddr - segment.p_offset) % segment.p_align != 0) damaged("a segment is not aligned as it says");
  lowest = segment.p_vaddr + segment.p_memsz;
}

const Elf64_Phdr* ElfCheck::segment_of(std::uint64_t address, std::uint64_t size, bool in_file_too) const {
  for (const Elf64_Phdr& segment : loads_) {
    const std::uint64_t length = in_file_too ? segment.p_filesz : segment.p_memsz;
    if (address >= segment.p_vaddr && address - segment.p_vaddr <= length && size <= length - (address - segment.p_vaddr)) return &segment;
  }
  return nullptr;
}

std::uint64_t ElfCheck::offset_of(std::uint64_t address, std::uint64_t size) const {
  const Elf64_Phdr* segment = segment_of(address, size, true);
  if (!segment) damaged("its dynamic table points outside the file");
  return segment->p_offset + (address - segment->p_vaddr);
}

// The loader makes this range read-only once it has relocated the library: it must be the library's own.
void ElfCheck::check_protected() const {
  for (std::uint64_t i = 0; i < header_.e_phnum; ++i) {
    const auto segment = read<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr));
    if ((segment.p_type == PT_GNU_RELRO || segment.p_type == PT_TLS) && segment.p_filesz && !segment_of(segment.p_vaddr, segment.p_filesz, false))
      damaged("segment " + std::to_string(i) + " lies outside what is loaded");
  }
}

void ElfCheck::read_dynamic() {
  const std::uint64_t size = dynamic_segment_.p_filesz;
  // The loader reads it where it is loaded, not where the header says that it stands in the file.
  const std::uint64_t start = offset_of(dynamic_segment_.p_vaddr, size);
  for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= size; at += sizeof(Elf64_Dyn)) {
    const auto entry = read<Elf64_Dyn>(start + at);
    if (entry.d_tag == DT_NULL) return;
    const bool is_name = entry.d_tag == DT_NEEDED || entry.d_tag == DT_SONAME || entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH;
    if (is_name) names_.push_back(entry.d_un.d_val);
    dynamic_[entry.d_tag] = entry.d_un.d_val;
  }
  damaged("its dynamic table has no end");
}

void ElfCheck::check_table(std::int64_t address_tag, std::int64_t size_tag) const {
  const auto address = dynamic_.find(address_tag);
  if (address == dynamic_.end()) return;
  const auto size = dynamic_.find(size_tag);
  if (size == dynamic_.end()) damaged("its dynamic table names a table without its size");
  offset_of(address->second, size->second);
}

void ElfCheck::check_tables() const {
  for (const std::int64_t needed : {DT_STRTAB, DT_SYMTAB, DT_STRSZ})
    if (!dynamic_.contains(needed)) damaged("its dynamic table has no symbols");
  if (!dynamic_.contains(DT_HASH) && !dynamic_.contains(DT_GNU_HASH)) damaged("its symbols have no hash table");
  check_table(DT_STRTAB, DT_STRSZ);
  check_table(DT_RELA, DT_RELASZ);
  check_table(DT_JMPREL, DT_PLTRELSZ);
  check_table(DT_INIT_ARRAY, DT_INIT_ARRAYSZ);
  check_table(DT_FINI_ARRAY, DT_FINI_ARRAYSZ);
  for (const std::int64_t tag : {std::int64_t(DT_SYMTAB), std::int64_t(DT_HASH), std::int64_t(DT_GNU_HASH), std::int64_t(DT_VERSYM), std::int64_t(DT_VERNEED),
                                 std::int64_t(DT_VERDEF), std::int64_t(DT_INIT), std::int64_t(DT_FINI)}) {
    if (const auto found = dynamic_.find(tag); found != dynamic_.end()) offset_of(found->second, 4);
  }
}

void ElfCheck::check_strings() const {
  const std::uint64_t size = dynamic_.at(DT_STRSZ);
  const std::uint64_t start = offset_of(dynamic_.at(DT_STRTAB), size);
  if (size == 0 || read<char>(start + size - 1) != '\0') damaged("its table of names has no end");
  for (const std::uint64_t name : names_)
    if (name >= size) damaged("a name it needs lies outside its table of names");
}

// A relocation writes to memory: one that points elsewhere would damage the host and not the library.
void ElfCheck::check_relocations(std::int64_t address_tag, std::int64_t size_tag) const {
  const auto address = dynamic_.find(address_tag);
  if (address == dynamic_.end()) return;
  const auto plt = dynamic_.find(DT_PLTREL);
  if (address_tag == DT_JMPREL && (plt == dynamic_.end() || plt->second != DT_RELA)) damaged("its relocations are of an unknown kind");
  const std::uint64_t size = dynamic_.at(size_tag);
  const std::uint64_t start = offset_of(address->second, size);
  if (size % sizeof(Elf64_Rela) != 0) damaged("its table of relocations is not whole");
  for (std::uint64_t at = 0; at < size; at += sizeof(Elf64_Rela)) {
    const auto relocation = read<Elf64_Rela>(start + at);
    if (ELF64_R_TYPE(relocation.r_info) == 0) continue;  // "none" on every machine
    const Elf64_Phdr* target = segment_of(relocation.r_offset, 8, false);
    if (!target || (!(target->p_flags & PF_W) && !dynamic_.contains(DT_TEXTREL)))
      damaged("relocation " + std::to_string(at / sizeof(Elf64_Rela)) + " writes outside its data");
  }
}

}  // namespace connector_host::plugin
