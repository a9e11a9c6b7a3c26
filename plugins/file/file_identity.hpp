#pragma once
// file_identity: the identity of a file by its path: file:// and the absolute path,
// percent-encoded.
//
// Symbolic links in the folder are resolved. The last name stays as written, because the file need
// not exist, and a link in its place may point at another file tomorrow. It does not name the
// machine. Reads the file system; any thread.
#include <string>

namespace connector_host_plugins::file {

// Throws std::system_error when the folder cannot be resolved.
std::string file_identity(const std::string& path);

}  // namespace connector_host_plugins::file
