// The identity of the file source and sink: one for every spelling of a path, others for other
// files.
#include <gtest/gtest.h>

#include <connector/testing/identity_conformance.hpp>
#include <connector/testing/sink_trial.hpp>
#include <connector/testing/source_trial.hpp>
#include <connector/testing/with_defaults.hpp>
#include <filesystem>
#include <string>

#include "tests/plugins/file/scratch_directory.hpp"
#include "tests/plugins/file/shipped_source.hpp"

namespace {

using namespace connector::testing;
namespace fs = std::filesystem;

std::string identity_of_source(const std::string& path) {
  return identity_of(SourceTrial(file_test::file_source(),
                                 with_defaults(file_test::file_source(), {{"path", path}})));
}

std::string identity_of_sink(const std::string& path) {
  static const PluginUnderTest plugin(PLUGIN_FILE);
  const connector_component& sink = plugin.component(CONNECTOR_SINK, "file");
  return identity_of(SinkTrial(sink, with_defaults(sink, {{"path", path}})));
}

class FileIdentity : public ::testing::Test {
 protected:
  FileIdentity() {
    fs::create_directory(scratch_.path() / "data");
    fs::create_directory_symlink("data", scratch_.path() / "link");
  }
  std::string expected(const std::string& name) const {
    return "file://" + fs::canonical(scratch_.path()).string() + "/data/" + name;
  }

  ScratchDirectory scratch_;
};

TEST_F(FileIdentity, Every_spelling_of_a_path_gives_one_identity) {
  const std::string folder = scratch_.path();
  const std::string relative = fs::relative(folder + "/data/f.jsonl", fs::current_path());
  for (const bool exists : {false, true}) {
    if (exists) append_text(folder + "/data/f.jsonl", "one\n");
    for (const std::string& path : {folder + "/data/f.jsonl", folder + "/link/f.jsonl",
                                    folder + "//data/./../data/f.jsonl", relative}) {
      EXPECT_EQ(identity_of_source(path), expected("f.jsonl")) << path;
      EXPECT_EQ(identity_of_sink(path), expected("f.jsonl")) << path;
    }
  }
}

TEST_F(FileIdentity, A_file_in_the_working_directory_needs_no_folder) {
  EXPECT_EQ(identity_of_sink("f.jsonl"), identity_of_sink(fs::current_path() / "f.jsonl"));
  EXPECT_EQ(identity_of_source("./f.jsonl"), identity_of_source(fs::current_path() / "f.jsonl"));
}

TEST_F(FileIdentity, A_folder_that_does_not_exist_yet_has_its_absolute_path) {
  EXPECT_EQ(identity_of_source(scratch_.file("link/new/f.jsonl")), expected("new/f.jsonl"));
}

TEST_F(FileIdentity, A_link_in_place_of_the_file_is_not_resolved) {
  append_text(scratch_.file("data/2026-01-01.jsonl"), "one\n");
  fs::create_symlink("2026-01-01.jsonl", scratch_.path() / "data" / "today.jsonl");
  EXPECT_EQ(identity_of_source(scratch_.file("data/today.jsonl")), expected("today.jsonl"));
}

TEST_F(FileIdentity, Unusual_names_stay_one_line_and_distinct) {
  EXPECT_EQ(identity_of_sink(scratch_.file("data/a b\n%20.jsonl")),
            expected("a%20b%0A%2520.jsonl"));
  EXPECT_NE(identity_of_sink(scratch_.file("data/a b")),
            identity_of_sink(scratch_.file("data/a%20b")));
}

TEST_F(FileIdentity, Standard_input_and_output_have_names) {
  EXPECT_EQ(identity_of_source("-"), "stdin");
  EXPECT_EQ(identity_of_sink("-"), "stdout");
}

TEST_F(FileIdentity, A_folder_that_cannot_be_resolved_is_an_error) {
  fs::create_directory_symlink("loop", scratch_.path() / "loop");
  const connector_component& source = file_test::file_source();
  SourceTrial trial(source, with_defaults(source, {{"path", scratch_.file("loop/f.jsonl")}}));
  TestCall call;
  OneText text;
  EXPECT_EQ(trial.ops().lifecycle->identity(trial.self(), OneText::take, &text, call),
            CONNECTOR_NOT_CONNECTED);
  EXPECT_EQ(text.calls, 0);
  EXPECT_NE(call.message().find("loop/f.jsonl"), std::string::npos) << call.message();
}

}  // namespace
