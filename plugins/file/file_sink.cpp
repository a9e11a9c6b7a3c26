#include "plugins/file/file_sink.hpp"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "plugins/file/append_file.hpp"
#include "plugins/file/file_identity.hpp"
#include "plugins/file/json_line.hpp"
#include "plugins/file/pipe_writer.hpp"

namespace connector_host_plugins::file {
namespace {

// Lines are written when this much has gathered, so that a batch of large records is not held
// twice.
constexpr std::size_t part_bytes = 1024 * 1024;

// One for the process, so that two sinks do not cut each other's lines and a line cut short is
// completed after a reopening.
LineTarget& standard_output() {
  static PipeWriter writer(STDOUT_FILENO);
  return writer;
}

}  // namespace

FileSink::FileSink(connector::Host host, const connector::Config& config)
    : host_(host),
      path_(config.string("path")),
      json_(config.string("format") == "json"),
      durable_(config.string("sync") == "batch") {
  if (path_.empty())
    throw connector::bad_config("path is empty; give a file, or \"-\" for standard output");
}

void FileSink::open(connector::Call&) {
  close();
  cancel_.take();
  if (path_ == "-") {
    PipeWriter::check(STDOUT_FILENO);
    target_ = &standard_output();
    return;
  }
  auto file = std::make_unique<AppendFile>(HostFiles(host_), path_, durable_);
  if (file->had_open_end())
    host_.warn("the last line of '" + path_ +
               "' had no newline and was ended; it may be half a line that a crash left");
  file_ = std::move(file);
  target_ = file_.get();
}

void FileSink::close() {
  target_ = nullptr;
  file_.reset();
}

void FileSink::check(connector::Call&) {
  if (path_ == "-") {
    PipeWriter::check(STDOUT_FILENO);
  } else {
    AppendFile::check(HostFiles(host_), path_);
  }
}

std::string FileSink::identity(connector::Call&) {
  if (path_ == "-") return "stdout";
  try {
    return file_identity(path_);
  } catch (const std::system_error& error) {
    throw connector::not_connected("cannot resolve the folder of '" + path_ +
                                   "': " + error.code().message());
  }
}

void FileSink::write(connector::Records records, connector::Outcomes& outcomes,
                     connector::Call& call) {
  if (!target_) throw connector::not_connected("'" + path_ + "' is not open");
  const auto deadline = LineTarget::Clock::now() + call.timeout();
  auto lines = take_lines();
  write_with(*lines, records, outcomes, deadline);
  if (!lines->written.empty()) target_->sync();
  for (const std::size_t record : lines->written) outcomes.delivered(record);
  give_back(std::move(lines));
}

void FileSink::write_with(Lines& lines, connector::Records records, connector::Outcomes& outcomes,
                          LineTarget::Clock::time_point deadline) {
  std::string why;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!format(records[i], i, lines, outcomes)) continue;
    if (why.empty() && lines.text.size() >= part_bytes) why = append(lines, outcomes, deadline);
    if (why.empty()) continue;
    for (const std::size_t left : lines.records) outcomes.retry(left, why);
    lines.records.clear();
    lines.ends.clear();
    lines.text.clear();
  }
  if (why.empty()) append(lines, outcomes, deadline);
}

// False when the record was rejected.
bool FileSink::format(const connector::Record& record, std::size_t index, Lines& lines,
                      connector::Outcomes& outcomes) const {
  if (json_) {
    append_json_line(record, lines.text);
  } else if (!record.has_value()) {
    return outcomes.reject(index, "a record without a value has no line; use format: json"), false;
  } else if (record.value().find('\n') != std::string_view::npos) {
    return outcomes.reject(
               index,
               "the value holds a newline, which would make two lines of it; use format: json"),
           false;
  } else {
    lines.text += record.value();
  }
  lines.text += '\n';
  lines.records.push_back(index);
  lines.ends.push_back(lines.text.size());
  return true;
}

// Why not everything is there; empty: it is.
std::string FileSink::append(Lines& lines, connector::Outcomes& outcomes,
                             LineTarget::Clock::time_point deadline) {
  Appended result;
  if (cancel_.is_raised()) {
    result.why = "cancelled";
  } else if (!lines.text.empty()) {
    result = target_->append(lines.text, cancel_, deadline);
  }
  for (std::size_t i = 0; i < lines.records.size(); ++i) {
    const std::size_t record = lines.records[i];
    if (lines.ends[i] <= result.bytes) {
      lines.written.push_back(record);
    } else if (std::exchange(result.next_is_torn, false)) {
      outcomes.undecided(record, result.why);
    } else {
      outcomes.retry(record, result.why);
    }
  }
  host_.add(written_bytes, double(result.bytes));
  lines.records.clear();
  lines.ends.clear();
  lines.text.clear();
  return result.why;
}

std::unique_ptr<FileSink::Lines> FileSink::take_lines() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Lines>();
  auto lines = std::move(idle_.back());
  idle_.pop_back();
  return lines;
}

// One large record's buffer is not kept for ever.
void FileSink::give_back(std::unique_ptr<Lines> lines) {
  lines->written.clear();
  if (lines->text.capacity() > 2 * part_bytes) return;
  std::lock_guard lock(mutex_);
  if (idle_.size() < 16) idle_.push_back(std::move(lines));
}

}  // namespace connector_host_plugins::file
