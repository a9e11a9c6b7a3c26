#pragma once
// FileRefusal and Opened: the result of opening a file for a plugin. Plain data.
#include <optional>
#include <string>

namespace connector_host::files {

// Why a path may not be opened: "is not below a folder of admin.file_roots". Does not repeat the
// path. line(): a sentence of its own.
struct FileRefusal {
  std::string what, fix;

  std::string line() const { return "it " + what + "; " + fix; }
};

struct Opened {
  int fd = -1;                         // the caller closes it
  int error = 0;                       // errno; 0 when it was opened
  std::optional<FileRefusal> refusal;  // the confinement refused it; error is EACCES then
};

}  // namespace connector_host::files
