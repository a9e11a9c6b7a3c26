#pragma once
// LibraryCopy: a private copy of a library file, under a path that no other file ever has.
//
// Users overwrite, truncate and replace files that are in use. A mapped library that changes kills the process later, and
// dlopen of a path it has seen gives the old library. So the host loads a copy: a sealed memory file (memfd), or, where
// the system has none or does not let code run from it, a file of its own in a fresh directory, named by its SHA-256.
//
// The memory file's path works in a process that is not dumpable, too, where /proc/self/fd belongs to root: the kernel
// lets a process's own threads in. So the host need not be dumpable for the moment of a dlopen.
//
// A file of its own needs a directory that can be written and is not mounted noexec: each candidate is tried. forget_name
// removes it as soon as it is mapped; only a SIGKILL between the two leaves one behind.
//
// Not a cache and no judge of what is in the file. One thread; whoever made it owns it. For as long as the library is
// loaded the copy must live: the memory file's path is /proc/self/fd/N, which the system gives to another file once N is
// closed, and the loader of the system goes by the path.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/file_descriptor.hpp"

namespace connector_host::plugin {

enum class CopyTo { memory_first, file };

class LibraryCopy {
 public:
  static constexpr std::uint64_t largest = std::uint64_t(512) << 20;

  // Copies all of source, an open regular file. name is for people who look at /proc/PID/maps. scratch: directories for a
  // file of its own, in order of preference; empty: the system's directory for temporary files. Throws PluginError.
  LibraryCopy(int source, std::string_view name, const std::vector<std::string>& scratch = {}, CopyTo to = CopyTo::memory_first);
  // What to hand to dlopen.
  const std::string& path() const { return path_; }
  const std::string& sha256() const { return sha256_; }  // lower-case hexadecimal
  std::uint64_t size() const { return size_; }
  int descriptor() const { return file_.get(); }
  // Takes the file's name away once it is mapped, so that nothing stays behind when the process ends.
  void forget_name() { directory_.reset(); }

 private:
  bool make_memory_file(std::string_view name);
  void make_file(std::vector<std::string> scratch);
  std::string make_file_in(const std::string& directory);
  void fill(int source);
  void seal();

  struct RemoveDirectory {
    void operator()(const std::string* path) const;
  };
  FileDescriptor file_;
  std::unique_ptr<const std::string, RemoveDirectory> directory_;  // of a file of its own; null: a memory file
  std::string path_;
  std::string sha256_;
  std::uint64_t size_ = 0;
};

}  // namespace connector_host::plugin
