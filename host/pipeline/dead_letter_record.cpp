#include "host/pipeline/dead_letter_record.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

std::string sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1) return "unavailable";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

}  // namespace

DeadLetterRecord::DeadLetterRecord(const Entry& entry, const TaskSettings& settings) : record_(entry.record) {
  headers_.assign(entry.record.headers, entry.record.headers + entry.record.header_count);
  add("__connect.errors.connector.name", settings.connector);
  add("__connect.errors.task.id", std::to_string(settings.task));
  add("__connect.errors.stage", entry.failed_at);
  add("__connect.errors.exception.class.name", "connector.Rejected");
  add("__connect.errors.exception.message", entry.reason);
  record_.destination = connector::null_view();  // the dead letter's own
  if (entry.truncated) truncate();
  record_.headers = headers_.data();
  record_.header_count = headers_.size();
}

void DeadLetterRecord::truncate() {
  const std::string_view whole = connector::text(record_.value);
  headers_.erase(headers_.begin(), headers_.end() - 5);  // the record's own headers may be what is too large
  add("__connect.errors.truncated.size", std::to_string(whole.size()));
  add("__connect.errors.truncated.sha256", sha256(whole));
  record_.value.size = std::min(whole.size(), truncated_bytes);
  if (record_.key.size > truncated_bytes) record_.key = connector::null_view();
}

void DeadLetterRecord::add(const char* name, std::string value) {
  texts_.push_back(std::move(value));
  headers_.push_back({connector::view(name), connector::view(texts_.back()), CONNECTOR_TEXT, 0});
}

}  // namespace connector_host::pipeline
