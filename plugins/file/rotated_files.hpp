#pragma once
// RotatedFiles: the files beside a path that were renamed away from it. Their names begin with its
// own.
//
// It finds the one that a mark is of, and the one that follows another. Nothing is kept: each
// question reads the directory anew. The intake thread's alone. Owned by FileTail.
#include <sys/stat.h>

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/file/host_files.hpp"
#include "plugins/file/owned_fd.hpp"
#include "plugins/file/read_mark.hpp"
#include "plugins/file/rotated_name.hpp"

namespace connector_host_plugins::file {

class RotatedFiles {
 public:
  struct Next {
    OwnedFd file;  // null: none, what follows is at the path
    std::string
        doubtful;  // it is as old as the one before it and the names do not tell which is first
    std::vector<std::string> compressed;  // between the two, and not to be read as text
    std::vector<std::string>
        unusual;  // newer, but by their names something else than rotated files
  };

  RotatedFiles(HostFiles disk, std::string path) : disk_(disk), path_(std::move(path)) {}

  // Null when it is gone. Throws connector::Error.
  OwnedFd find(const ReadMark& mark) const;
  // The oldest one that is newer than `current` and was not read, which is neither it nor at_path
  // (an open file, or -1). Throws connector::Error.
  Next after(int current, int at_path, const std::deque<ReadMark>& read) const;
  // The same for a file that is gone, as far as the mark tells.
  Next after(const ReadMark& gone, int at_path) const;

 private:
  struct Found {
    std::string path;
    RotatedName name;
    struct stat status;
  };

  struct Newer {
    std::vector<const Found*> texts, compressed, unusual;  // texts: oldest first
    std::vector<const Found*> doubtful;                    // of texts
  };

  Next after(const struct stat& current, const struct stat& at_path,
             const std::deque<ReadMark>& read) const;
  static bool is_unmoved(const Found& before, const Found& now);
  std::vector<Found> list() const;
  Newer newer_than(const struct stat& current, const struct stat& at_path,
                   const std::vector<Found>& all) const;
  // Nothing when a file was renamed meanwhile.
  std::optional<Next> first_unread(const Newer& newer, const std::deque<ReadMark>& read) const;
  bool has_text_beside(const std::string& compressed) const;

  const HostFiles disk_;
  const std::string path_;
};

}  // namespace connector_host_plugins::file
