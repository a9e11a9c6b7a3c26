#pragma once
// DurableFile: one small file that is either the old or the new text after any crash: written beside, synced, renamed,
// and the directory synced (rename(2) alone does not survive a power cut).
//
// Not a database and not for two writers of one path. Throws std::system_error naming the path.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace connector_host::runtime {

class DurableFile {
 public:
  explicit DurableFile(std::string path) : path_(std::move(path)) {}

  // Makes the folders that are missing.
  void write(std::string_view text) const;
  // Nothing when there is no such file.
  std::optional<std::string> read() const;
  // No file is left, also after a crash; none was there: that is no error.
  void remove() const;
  // What an interrupted write left; it means nothing.
  static bool is_unfinished(std::string_view path);

 private:
  std::filesystem::path folder() const;

  std::string path_;
};

}  // namespace connector_host::runtime
