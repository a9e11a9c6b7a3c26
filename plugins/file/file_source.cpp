#include "plugins/file/file_source.hpp"

#include <chrono>
#include <system_error>
#include <utility>

#include "plugins/file/file_identity.hpp"
#include "plugins/file/file_tail.hpp"
#include "plugins/file/stdin_stream.hpp"

namespace connector_host_plugins::file {
namespace {

constexpr std::string_view state_name = "position";
constexpr std::chrono::seconds keep_every{1};  // keeping is durable, so it costs a sync

FileTail::Settings settings_of(const connector::Config& config) {
  FileTail::Settings settings;
  settings.path = config.string("path");
  settings.follow = config.boolean("follow");
  settings.from_end = config.string("start") == "end";
  settings.max_line_bytes = config.size("max_line_bytes");
  settings.rotate_wait = config.duration("rotate_wait");
  if (settings.path.empty())
    throw connector::bad_config("path is empty; give a file, or \"-\" for standard input");
  if (settings.from_end && !settings.follow)
    throw connector::bad_config("start: end reads nothing without follow: true");
  return settings;
}

std::unique_ptr<LineStream> stream_of(const connector::Config& config, connector::Host host) {
  FileTail::Settings settings = settings_of(config);
  if (settings.path != "-") return std::make_unique<FileTail>(std::move(settings), host);
  if (settings.follow)
    throw connector::bad_config(
        "standard input ends when its writer closes it: remove follow, or give path a file");
  return std::make_unique<StdinStream>(settings.max_line_bytes);
}

// instance is connector/task.
void require_first_task(std::string_view instance) {
  const std::size_t slash = instance.rfind('/');
  if (slash == std::string_view::npos || instance.substr(slash + 1) == "0") return;
  throw connector::bad_config("every task would read the whole file: set tasks: 1");
}

}  // namespace

FileSource::FileSource(connector::Host host, const connector::Config& config)
    : host_(host),
      path_(config.string("path")),
      max_line_bytes_(config.size("max_line_bytes")),
      fail_on_long_line_(config.string("on_long_line") == "fail"),
      with_headers_(config.boolean("headers")),
      stream_(stream_of(config, host)) {
  require_first_task(host.instance());
}

template <typename Call>
void FileSource::reading(const Call& call) const {
  try {
    call();
  } catch (const std::system_error& error) {
    throw connector::not_connected("cannot read '" + path_ + "': " + error.code().message());
  }
}

void FileSource::open(connector::Call&) {
  if (stream_->is_seekable()) {
    ledger_.restart_empty();
  } else {
    ledger_.restart_waiting();
  }
  kept_ = kept_mark();
  reading([&] { stream_->open(kept_); });
  open_ = true;
  keep_mark();  // so that a restart finds this file, even when it was rotated before its first line
                // was settled
}

void FileSource::check(connector::Call&) {
  reading([&] { stream_->check(kept_mark()); });
}

void FileSource::close() {
  if (!open_) return;
  keep_mark();
  stream_->close();
  open_ = false;
}

std::string FileSource::identity(connector::Call&) {
  if (path_ == "-") return "stdin";
  std::string identity;
  reading([&] { identity = file_identity(path_); });
  return identity;
}

void FileSource::require_open() const {
  if (!open_) throw connector::not_connected("'" + path_ + "' is not open");
}

connector::PollResult FileSource::poll(std::uint32_t max_records, std::uint64_t max_bytes,
                                       connector_batch& out, connector::Call& call) {
  require_open();
  const auto deadline = Clock::now() + call.timeout();
  if (max_records == 0) {
    keep_mark_if_due();
    wake_.wait_until(deadline);
    wake_.take();
    return connector::PollResult::more;
  }
  auto batch = pool_.take();
  connector::PollResult result = connector::PollResult::more;
  reading([&] { result = wait_and_fill(max_records, max_bytes, *batch, deadline); });
  wake_.take();
  pool_.finish(std::move(batch), out);
  return result;
}

connector::PollResult FileSource::wait_and_fill(std::uint32_t max_records, std::uint64_t max_bytes,
                                                connector::BatchBuilder& batch,
                                                Clock::time_point deadline) {
  do {
    keep_mark_if_due();
    fill(max_records, max_bytes, batch);
    if (!batch.empty()) return connector::PollResult::more;
    if (stream_->ended() && ledger_.empty()) {  // what is in flight may still come back
      keep_mark();
      return connector::PollResult::end;
    }
  } while (wait_until(deadline));
  return connector::PollResult::more;
}

// False when it was woken or the time is over.
bool FileSource::wait_until(Clock::time_point deadline) {
  const auto wait = stream_->ended() ? wake_.wait_until(deadline) : stream_->wait(wake_, deadline);
  return wait == WakeSignal::Wait::ready ||
         (wait == WakeSignal::Wait::timed_out && Clock::now() < deadline);
}

void FileSource::fill(std::uint32_t max_records, std::uint64_t max_bytes,
                      connector::BatchBuilder& batch) {
  const auto has_room = [&] {
    return batch.record_count() < max_records && (batch.empty() || batch.bytes() < max_bytes);
  };
  while (has_room()) {
    LineLedger::Entry* const entry = ledger_.take_waiting();
    if (!entry) break;
    hand_out_again(*entry, batch);
  }
  while (has_room()) {
    const auto found = stream_->next();
    if (!found) break;
    hand_out(*found, batch);
  }
  if (const std::uint32_t changes = stream_->take_changes()) host_.add(replaced, changes);
}

void FileSource::hand_out_again(LineLedger::Entry& entry, connector::BatchBuilder& batch) {
  if (entry.too_long) return add_unreadable(entry, batch);
  if (const auto text = stream_->reread(entry)) return add_record(*text, entry, batch);
  host_.error("a line of '" + path_ + "' at byte " + std::to_string(entry.begin) +
              " was returned after the file had been emptied: it is lost");
  host_.add(lost_lines);
  ledger_.forget(entry);
}

void FileSource::hand_out(const LineStream::Found& found, connector::BatchBuilder& batch) {
  LineLedger::Entry entry;
  entry.begin = found.line.begin;
  entry.length = found.line.length;
  entry.file = found.file;
  entry.too_long = found.line.too_long;
  if (!stream_->is_seekable()) entry.text = found.line.text;
  const LineLedger::Entry& kept =
      ledger_.add(std::move(entry));  // also of a line that fails, so that the mark stays before it
  if (!kept.too_long) return add_record(found.line.text, kept, batch);
  host_.add(long_lines);
  if (fail_on_long_line_) throw connector::fatal(note_of(kept) + "; raise max_line_bytes");
  host_.warn(note_of(kept));
  add_unreadable(kept, batch);
}

// What a file still has of it: its beginning.
void FileSource::add_unreadable(const LineLedger::Entry& entry,
                                connector::BatchBuilder& batch) const {
  LineLedger::Entry beginning;
  beginning.begin = entry.begin;
  beginning.length = max_line_bytes_;
  beginning.file = entry.file;
  const auto text = stream_->is_seekable() ? stream_->reread(beginning) : std::nullopt;
  add_record(text.value_or(""), entry, batch);
  connector_record& record = batch.last();
  if (!text) record.value = connector::null_view();
  connector_origin* const origin = batch.origin();
  origin->reason = batch.copy(note_of(entry));
  record.origin = origin;
  record.flags |= CONNECTOR_UNREADABLE;
}

void FileSource::add_record(std::string_view text, const LineLedger::Entry& entry,
                            connector::BatchBuilder& batch) const {
  connector_record& record = batch.add();
  record.value = batch.copy(text);
  record.position = ledger_.position_of(entry);
  record.delivery_count = entry.deliveries;
  record.order = order_group;
  if (entry.deliveries > 0) record.flags |= CONNECTOR_REDELIVERED;
  if (!with_headers_) return;
  connector_header* const headers = batch.headers(2);
  headers[0] = {connector::view("file.path"), batch.copy(path_), CONNECTOR_TEXT, 0};
  headers[1] = {connector::view("file.offset"), batch.copy(std::to_string(entry.begin)),
                CONNECTOR_INT64, 0};
  record.headers = headers;
  record.header_count = 2;
}

std::string FileSource::note_of(const LineLedger::Entry& entry) const {
  return "the line at byte " + std::to_string(entry.begin) + " of '" + path_ + "' has " +
         std::to_string(entry.length) + " bytes, more than max_line_bytes (" +
         std::to_string(max_line_bytes_) + ")";
}

void FileSource::ack(std::span<const std::uint64_t> positions, connector::Call&) {
  require_open();
  std::uint64_t stale = 0;
  for (const std::uint64_t position : positions) stale += !ledger_.settle(position);
  settled(stale);
}

void FileSource::nack(std::span<const std::uint64_t> positions, bool requeue, connector::Call&) {
  require_open();
  std::uint64_t stale = 0;
  for (const std::uint64_t position : positions)
    stale += !(requeue ? ledger_.requeue(position) : ledger_.settle(position));
  settled(stale);
}

void FileSource::settled(std::uint64_t stale) {
  if (stale > 0) host_.add(stale_positions, double(stale));
  stream_->forget_before(ledger_.oldest());
  keep_mark_if_due();
}

// The mark of another path is of no use.
std::optional<ReadMark> FileSource::kept_mark() const {
  const auto kept = stream_->is_seekable() ? host_.state(state_name) : std::nullopt;
  if (!kept) return std::nullopt;
  const std::size_t newline = kept->find('\n');
  if (newline == std::string::npos || kept->substr(newline + 1) != path_) return std::nullopt;
  return ReadMark::parse(std::string_view(*kept).substr(0, newline));
}

void FileSource::keep_mark_if_due() {
  if (Clock::now() >= next_keep_) keep_mark();
}

void FileSource::keep_mark() {
  next_keep_ = Clock::now() + keep_every;
  const auto mark = stream_->mark(ledger_.oldest());
  if (!mark || mark == kept_) return;
  if (host_.keep_state(state_name, mark->text() + '\n' + path_) == CONNECTOR_OK) {
    kept_ = mark;
  } else {
    host_.warn("could not keep how far '" + path_ + "' was read; a restart repeats lines");
  }
}

}  // namespace connector_host_plugins::file
