#pragma once
// FollowedFile: a file that is followed and rotated, in a directory of its own, and a host that
// keeps the position across runs.
#include <gtest/gtest.h>
#include <connector/testing/source_trial.hpp>
#include <connector/testing/with_defaults.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/plugins/file/scratch_directory.hpp"
#include "tests/plugins/file/shipped_source.hpp"

namespace file_test {

using connector::testing::FakeHost;
using connector::testing::Lease;
using connector::testing::SourceTrial;
using Values = std::vector<std::string>;

class FollowedFile : public ::testing::Test {
 protected:
  std::string config(connector::testing::Settings settings = {}) const {
    settings.try_emplace("path", path_);
    settings.try_emplace("follow", "true");
    settings.try_emplace("rotate_wait", "0ms");
    return connector::testing::with_defaults(file_source(), std::move(settings));
  }
  // The next lines, as many as asked, acknowledged.
  static Values take(SourceTrial& source, std::size_t count) {
    Values all;
    while (all.size() < count) {
      const Lease lease = source.take(std::uint32_t(count - all.size()));
      for (auto& value : lease.values()) all.push_back(std::move(value));
      source.ack(lease.positions());
    }
    return all;
  }
  // As logrotate does: .2 becomes .3, .1 becomes .2, and the file .1.
  void rotate() const {
    namespace fs = std::filesystem;
    for (int last = 8; last > 0; --last) {
      const std::string name = path_ + "." + std::to_string(last);
      if (fs::exists(name)) fs::rename(name, path_ + "." + std::to_string(last + 1));
    }
    fs::rename(path_, path_ + ".1");
  }
  // Written that many seconds after a moment that is the same for all of a test.
  void written_at(const std::string& file, int second) const {
    std::filesystem::last_write_time(file, start_ + std::chrono::seconds(second));
  }
  // What comes within a few looks at the file, which is nothing more than is there.
  static Values take_what_comes(SourceTrial& source) {
    Values all;
    for (int quiet = 0; quiet < 3;) {
      Lease lease;
      if (source.poll(lease, 100, 150) == CONNECTOR_END) return all;
      quiet = lease.size() == 0 ? quiet + 1 : 0;
      for (auto& value : lease.values()) all.push_back(std::move(value));
      source.ack(lease.positions());
    }
    return all;
  }
  std::size_t logged(const std::string& words) const {
    std::size_t count = 0;
    for (const std::string& line : host_->logged()) count += line.find(words) != std::string::npos;
    return count;
  }

  ScratchDirectory scratch_;
  std::string path_ = scratch_.file("app.log");
  std::shared_ptr<FakeHost> host_ = std::make_shared<FakeHost>();
  std::filesystem::file_time_type start_ =
      std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
};

}  // namespace file_test
