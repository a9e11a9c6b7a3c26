#pragma once
// FileSource: hands out the lines of a file, one record each, and remembers across restarts how far
// they are settled.
//
// It reads and keeps account; where lines come from is LineStream's business. Threads as abi.h
// says: wake on any, the rest on the intake thread. Owned by the host through the component table.
#include <connector/plugin.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "plugins/file/line_ledger.hpp"
#include "plugins/file/line_stream.hpp"
#include "plugins/file/wake_signal.hpp"

namespace connector_host_plugins::file {

class FileSource : public connector::Source {
  static constexpr connector_view starts[] = {connector::view("beginning"), connector::view("end")};
  static constexpr connector_view long_line_answers[] = {connector::view("reject"),
                                                         connector::view("fail")};

 public:
  static constexpr std::string_view type = "file",
                                    description = "Reads a file, or standard input, line by line.";
  static constexpr connector::Option options[] = {
      connector::Option::string("path",
                                "The file, as text and not compressed; - is standard input.")
          .required()
          .data_path(),
      connector::Option::boolean(
          "follow", "Wait for more lines at the end, and follow a file that is rotated.")
          .otherwise("false"),
      connector::Option::string("start",
                                "With follow: where to begin in a file that was not read before.")
          .otherwise("beginning")
          .one_of(starts),
      connector::Option::size("max_line_bytes", "The longest line that is read.")
          .otherwise("1MiB")
          .between(1, 256.0 * 1024 * 1024),
      connector::Option::string(
          "on_long_line",
          "reject: dead-letter its beginning with a note of place and length; fail: stop the task.")
          .otherwise("reject")
          .one_of(long_line_answers),
      connector::Option::boolean("headers",
                                 "Give each record the headers file.path and file.offset.")
          .otherwise("false"),
      connector::Option::duration(
          "rotate_wait", "With follow: how long a rotated file is still read before its successor.")
          .otherwise("1s")
          .between(0, 3'600'000)
          .advanced()};
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("file_long_lines_total",
                                 "Lines that were longer than max_line_bytes."),
      connector::Metric::counter(
          "file_replaced_total",
          "How often the file was rotated or emptied while it was followed."),
      connector::Metric::counter("file_lost_lines_total",
                                 "Lines that were returned after their file had been emptied."),
      connector::Metric::counter("file_stale_positions_total",
                                 "Positions settled that were not in flight any more.")};

  FileSource(connector::Host host, const connector::Config& config);

  void open(connector::Call&) override;
  void check(connector::Call&) override;
  void close() override;
  std::string identity(connector::Call&) override;
  connector::PollResult poll(std::uint32_t max_records, std::uint64_t max_bytes,
                             connector_batch& out, connector::Call& call) override;
  void wake() override { wake_.raise(); }
  void ack(std::span<const std::uint64_t> positions, connector::Call&) override;
  void nack(std::span<const std::uint64_t> positions, bool requeue, connector::Call&) override;

 private:
  enum : std::uint32_t { long_lines, replaced, lost_lines, stale_positions };
  using Clock = WakeSignal::Clock;
  static constexpr std::uint64_t order_group =
      1;  // of every line: a rotated file's successor continues it

  void require_open() const;
  // What goes wrong in it is the file's system's, and may pass.
  template <typename Call>
  void reading(const Call& call) const;
  connector::PollResult wait_and_fill(std::uint32_t max_records, std::uint64_t max_bytes,
                                      connector::BatchBuilder& batch, Clock::time_point deadline);
  void fill(std::uint32_t max_records, std::uint64_t max_bytes, connector::BatchBuilder& batch);
  void hand_out_again(LineLedger::Entry& entry, connector::BatchBuilder& batch);
  void hand_out(const LineStream::Found& found, connector::BatchBuilder& batch);
  void add_record(std::string_view text, const LineLedger::Entry& entry,
                  connector::BatchBuilder& batch) const;
  void add_unreadable(const LineLedger::Entry& entry, connector::BatchBuilder& batch) const;
  std::string note_of(const LineLedger::Entry& entry) const;
  bool wait_until(Clock::time_point deadline);
  void settled(std::uint64_t stale);
  std::optional<ReadMark> kept_mark() const;
  void keep_mark();
  void keep_mark_if_due();

  connector::Host host_;
  std::string path_;
  std::uint64_t max_line_bytes_;
  bool fail_on_long_line_, with_headers_;
  WakeSignal wake_;
  std::unique_ptr<LineStream> stream_;
  connector::BatchPool pool_;
  bool open_ = false;
  LineLedger ledger_;
  std::optional<ReadMark> kept_;  // as the host has it
  Clock::time_point next_keep_{};
};

}  // namespace connector_host_plugins::file
