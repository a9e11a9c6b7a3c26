#include "plugins/file/read_mark.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace connector_host_plugins::file {
namespace {

constexpr std::uint64_t around = 256;  // bytes hashed at the file's beginning and before the mark

// FNV-1a, 64 bits.
std::uint64_t hash_into(std::uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ std::uint8_t(c)) * 0x100000001B3u;
  return hash;
}

}  // namespace

std::size_t read_at(int fd, char* out, std::size_t size, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(fd, out + done, size - done, off_t(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "read");
    if (got == 0) break;
    done += std::size_t(got);
  }
  return done;
}

std::optional<ReadMark> ReadMark::of(int fd, std::uint64_t offset) {
  struct stat now{};
  if (::fstat(fd, &now) != 0 || std::uint64_t(now.st_size) < offset) return std::nullopt;
  std::array<char, around> bytes;
  const std::size_t size = std::min(offset, around);
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const std::uint64_t from : {std::uint64_t(0), offset - size}) {
    if (read_at(fd, bytes.data(), size, from) != size) return std::nullopt;
    hash = hash_into(hash, {bytes.data(), size});
  }
  return ReadMark{offset, now.st_ino, hash,
                  std::int64_t(now.st_mtim.tv_sec) * 1'000'000'000 + now.st_mtim.tv_nsec};
}

bool ReadMark::is_of(int fd) const {
  const auto there = of(fd, offset);
  return there && there->inode == inode && there->fingerprint == fingerprint;
}

std::string ReadMark::text() const {
  return std::to_string(offset) + ' ' + std::to_string(inode) + ' ' + std::to_string(fingerprint) +
         ' ' + std::to_string(modified_ns);
}

std::optional<ReadMark> ReadMark::parse(std::string_view text) {
  ReadMark mark;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto read = [&](auto& number) {
    const auto [next, error] = std::from_chars(at, end, number);
    at = next < end && *next == ' ' ? next + 1 : next;
    return error == std::errc();
  };
  if (!read(mark.offset) || !read(mark.inode) || !read(mark.fingerprint)) return std::nullopt;
  if (at != end && !read(mark.modified_ns)) return std::nullopt;  // older versions kept none
  return at == end ? std::optional(mark) : std::nullopt;
}

std::uint64_t end_of_nuls(int fd, std::uint64_t offset) {
  std::array<char, 4096> bytes;
  for (;;) {
    const off_t data =
        ::lseek(fd, off_t(offset),
                SEEK_DATA);  // -1 too where the file system knows no holes, or only a hole is left
    if (data >= 0) offset = std::uint64_t(data);
    const std::string_view text(bytes.data(), read_at(fd, bytes.data(), bytes.size(), offset));
    const std::size_t other = text.find_first_not_of('\0');
    if (other != std::string_view::npos) return offset + other;
    if (text.empty()) return offset;
    offset += text.size();
  }
}

std::uint64_t line_begin_before(int fd, std::uint64_t offset) {
  std::array<char, 4096> bytes;
  for (std::uint64_t end = offset; end > 0;) {
    const std::uint64_t size = std::min<std::uint64_t>(end, bytes.size());
    const std::string_view text(bytes.data(), read_at(fd, bytes.data(), size, end - size));
    const std::size_t newline = text.rfind('\n');
    if (newline != std::string_view::npos) return end - size + newline + 1;
    end -= size;
  }
  return 0;
}

}  // namespace connector_host_plugins::file
