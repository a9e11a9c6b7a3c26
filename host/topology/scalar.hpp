#pragma once
// Scalar: one value with its references resolved, not yet of any type. It knows how it may be shown. Plain data.
#include <string>
#include <vector>

namespace connector_host::topology {

struct Scalar {
  std::string text;
  bool quoted = false;                     // text, whatever it looks like
  bool secret = false;                     // never shown
  std::vector<std::string> references;     // "${NAME}", of which it was made; empty: it is literal
  std::vector<std::string> file_contents;  // the parts that came from files

  bool is_literal() const { return references.empty(); }
  bool may_be_shown() const { return is_literal() && !secret; }
  // For a message: the text, or where it came from. What a reference gave is never shown, it may be a secret in a place
  // where nobody expects one.
  std::string shown() const;
};

}  // namespace connector_host::topology
