#pragma once
// FileSink: one line per record, appended to a file or written to standard output.
//
// It decides outcomes; bytes are LineTarget's business. write may run on several threads at once:
// each formats into its own buffer, the target lines them up. Owned by the host through the
// component table.
#include <connector/plugin.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/file/line_target.hpp"
#include "plugins/file/wake_signal.hpp"

namespace connector_host_plugins::file {

class FileSink : public connector::Sink {
  static constexpr connector_view formats[] = {connector::view("value"), connector::view("json")};
  static constexpr connector_view syncs[] = {connector::view("batch"), connector::view("never")};

 public:
  static constexpr std::string_view
      type = "file",
      description = "Appends records to a file, or standard output, one line each.";
  static constexpr connector::Option options[] = {
      connector::Option::string("path",
                                "The file; - is standard output. Its directory has to exist.")
          .required()
          .data_path(),
      connector::Option::string(
          "format", "value: the value as it is; json: key, value and headers as one JSON object.")
          .otherwise("value")
          .one_of(formats),
      connector::Option::string(
          "sync",
          "batch: delivered means on the disk; never: delivered means with the operating system.")
          .otherwise("batch")
          .one_of(syncs)};
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("file_written_bytes_total", "Bytes written, newlines included.")};

  FileSink(connector::Host host, const connector::Config& config);

  void open(connector::Call&) override;
  void check(connector::Call&) override;
  void cancel() override { cancel_.raise(); }
  void close() override;
  std::string identity(connector::Call&) override;
  void write(connector::Records records, connector::Outcomes& outcomes,
             connector::Call& call) override;

 private:
  enum : std::uint32_t { written_bytes };

  // The lines of a part of a batch. Kept for the next write.
  struct Lines {
    std::string text;
    std::vector<std::size_t> records;  // index of each line's record
    std::vector<std::size_t> ends;     // where each line ends in text
    std::vector<std::size_t>
        written;  // records that are there, to be delivered once they are synced
  };

  bool format(const connector::Record& record, std::size_t index, Lines& lines,
              connector::Outcomes& outcomes) const;
  std::string append(Lines& lines, connector::Outcomes& outcomes,
                     LineTarget::Clock::time_point deadline);
  void write_with(Lines& lines, connector::Records records, connector::Outcomes& outcomes,
                  LineTarget::Clock::time_point deadline);
  std::unique_ptr<Lines> take_lines();
  void give_back(std::unique_ptr<Lines> lines);

  connector::Host host_;
  std::string path_;
  bool json_, durable_;
  WakeSignal cancel_;
  std::unique_ptr<LineTarget> file_;  // null for standard output
  LineTarget* target_ = nullptr;      // null while closed; changed by [exclusive] calls only
  std::mutex mutex_;                  // guards idle_
  std::vector<std::unique_ptr<Lines>> idle_;
};

}  // namespace connector_host_plugins::file
