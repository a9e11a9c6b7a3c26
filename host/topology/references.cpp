#include "host/topology/references.hpp"

#include <filesystem>

#include "host/topology/secret_file.hpp"
#include "host/topology/shown_text.hpp"
#include "host/topology/source_text.hpp"

namespace connector_host::topology {
namespace {

constexpr std::string_view begin = "${";
constexpr std::string_view escaped_begin = "$${";
constexpr std::string_view file_word = "file:";
constexpr std::size_t longest_text = 64u << 10;  // a certificate chain fits; text cannot grow without bound
constexpr int deepest = 8;

// The brace that closes what begins before `from`; npos: there is none.
std::size_t closing_brace(std::string_view text, std::size_t from) {
  int open = 1;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (text[at] == '{') ++open;
    if (text[at] == '}' && --open == 0) return at;
  }
  return std::string_view::npos;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::size_t name_length(std::string_view body) {
  std::size_t length = 0;
  while (length < body.size() && (is_letter(body[length]) || (length > 0 && body[length] >= '0' && body[length] <= '9'))) ++length;
  return length;
}

void fail(References::Resolved& out, const ProblemCode& code, std::string what, std::string fix) {
  out.failures.push_back({code, std::move(what), std::move(fix)});
}

// The body is not shown: it may be a password that happens to hold "${".
void fail_malformed(References::Resolved& out) {
  fail(out, code::bad_reference, "a reference cannot be understood",
       "write ${NAME}, ${NAME:-default}, ${NAME:?message} or ${file:/path}, or $${ for a literal ${");
}

void fail_refused(const std::string& which, const char* list, References::Resolved& out) {
  fail(out, code::reference_refused, which + " may not be used over REST", std::string("grant it in the topology's ") + list);
}

void check_text(References::Resolved& out) {
  std::string problem;
  if (out.text.size() > longest_text) {
    problem = "is larger than 64 KiB";
  } else if (out.text.find('\0') != std::string::npos) {
    problem = "holds a NUL byte";
  } else if (first_not_utf8(out.text) != std::string::npos) {
    problem = "is not UTF-8";
  }
  if (!problem.empty()) fail(out, code::reference_value, "the value of " + shown_list(out.names, "and") + " " + problem, "set it to plain text");
}

}  // namespace

References::Resolved References::resolve(std::string_view text) const {
  Resolved out;
  append(text, 0, out);
  if (!out.names.empty() && out.failures.empty()) check_text(out);
  return out;
}

std::optional<std::string> References::file_of(std::string_view text) const {
  if (!text.starts_with(begin) || closing_brace(text, begin.size()) != text.size() - 1) return std::nullopt;
  const std::string_view body = text.substr(begin.size(), text.size() - begin.size() - 1);
  if (!body.starts_with(file_word)) return std::nullopt;
  return path_of_file(body.substr(file_word.size()));
}

std::string References::path_of_file(std::string_view path) const {
  return (std::filesystem::path(folder_) / path).string();
}

void References::append(std::string_view text, int depth, Resolved& out) const {
  if (depth > deepest) return fail(out, code::bad_reference, "references are nested deeper than 8 levels", "use fewer defaults within defaults");
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(escaped_begin)) {
      out.text += begin;
      at += escaped_begin.size();
    } else if (rest.starts_with(begin)) {
      const std::size_t start = at + begin.size();
      const std::size_t end = closing_brace(text, start);
      if (end == std::string_view::npos) {
        return fail(out, code::bad_reference, "a reference has no closing brace", "close it with }, or write $${ for a literal ${");
      }
      append_one(text.substr(start, end - start), depth, out);
      at = end + 1;
    } else {
      out.text += text[at++];
    }
    // Many references to a large value: enough has been seen to refuse it.
    if (out.text.size() > 2 * longest_text) return;
  }
}

void References::append_one(std::string_view body, int depth, Resolved& out) const {
  if (body.starts_with(file_word)) return append_file(body.substr(file_word.size()), out);
  const std::size_t length = name_length(body);
  const std::string_view operation = body.substr(length);
  const bool understood = operation.empty() || operation.starts_with(":-") || operation.starts_with(":?");
  if (length == 0 || !understood) return fail_malformed(out);
  append_variable(std::string(body.substr(0, length)), operation, depth, out);
}

void References::append_variable(const std::string& name, std::string_view operation, int depth, Resolved& out) const {
  out.names.push_back("${" + shown_name(name) + "}");
  if (!policy_.variable(name)) return fail_refused("variable " + shown_name(name), "admin.variables", out);
  const auto value = variables_(name);
  if (value && (operation.empty() || !value->empty())) {
    out.text += *value;
  } else if (operation.starts_with(":-")) {
    append(operation.substr(2), depth + 1, out);
  } else if (operation.starts_with(":?")) {
    const std::string_view message = operation.substr(2);
    fail(out, code::unset_variable, "variable " + shown_name(name) + " is not set" + (message.empty() ? "" : ": " + shown_name(message)), "set it");
  } else {
    fail(out, code::unset_variable, "variable " + shown_name(name) + " is not set", "set it, or give a default: ${" + shown_name(name) + ":-default}");
  }
}

void References::append_file(std::string_view path, Resolved& out) const {
  if (path.empty() || path.find('\0') != std::string_view::npos) return fail_malformed(out);
  out.names.push_back("${file:" + shown_name(path) + "}");
  const std::string whole = std::filesystem::absolute(path_of_file(path)).lexically_normal().string();
  if (!policy_.file(whole)) return fail_refused("file " + shown_name(path), "admin.files", out);
  SecretFile file = SecretFile::read(whole);
  if (!file.error.empty()) {
    return fail(out, code::reference_file, "cannot read " + shown_name(path) + ": " + file.error, "check the path and its permissions");
  }
  out.text += file.content;
  out.file_contents.push_back(std::move(file.content));
}

}  // namespace connector_host::topology
