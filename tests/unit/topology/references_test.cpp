#include "host/topology/references.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace connector_host::topology {
namespace {

class ReferencesTest : public testing::Test {
 protected:
  ReferencesTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("references-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~ReferencesTest() override { std::filesystem::remove_all(folder_); }

  References::Resolved resolve(const std::string& text) {
    const auto lookup = [this](const std::string& name) {
      return variables_.contains(name) ? std::optional(variables_[name]) : std::nullopt;
    };
    return References(lookup, folder_.string()).resolve(text);
  }
  std::string text(const std::string& raw) {
    const auto resolved = resolve(raw);
    return resolved.failures.empty() ? resolved.text : "failed: " + resolved.failures.front().what;
  }
  std::string failure(const std::string& raw) {
    const auto resolved = resolve(raw);
    return resolved.failures.empty() ? ""
                                     : std::string(resolved.failures.front().code.id) + " " +
                                           resolved.failures.front().what;
  }
  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }

  std::map<std::string, std::string> variables_{
      {"NAME", "value"}, {"EMPTY", ""}, {"TRICKY", "${NAME} $${NAME} }"}};
  std::filesystem::path folder_;
};

TEST_F(ReferencesTest, Variables_are_replaced_within_a_text) {
  EXPECT_EQ(text("${NAME}"), "value");
  EXPECT_EQ(text("a${NAME}b${NAME}c"), "avaluebvaluec");
  EXPECT_EQ(text(""), "");
}

TEST_F(ReferencesTest, A_default_stands_in_for_an_unset_or_empty_variable) {
  EXPECT_EQ(text("${NAME:-other}"), "value");
  EXPECT_EQ(text("${UNSET:-other}"), "other");
  EXPECT_EQ(text("${EMPTY:-other}"), "other");
  EXPECT_EQ(text("${UNSET:-}"), "");
  EXPECT_EQ(text("${UNSET:-amqp://guest:guest@localhost:5672/}"),
            "amqp://guest:guest@localhost:5672/");
}

TEST_F(ReferencesTest, An_empty_variable_without_default_is_empty) {
  EXPECT_EQ(text("${EMPTY}"), "");
}

TEST_F(ReferencesTest, A_default_may_hold_braces_and_references) {
  EXPECT_EQ(text("${UNSET:-{\"a\":{}}}"), "{\"a\":{}}");
  EXPECT_EQ(text("${UNSET:-${NAME}}"), "value");
  EXPECT_EQ(text("${UNSET:-${OTHER:-deep}}!"), "deep!");
  EXPECT_EQ(text("${NAME:-${UNSET}}"), "value") << "a default that is not needed is not resolved";
}

TEST_F(ReferencesTest, A_doubled_dollar_makes_a_literal_reference) {
  EXPECT_EQ(text("$${NAME}"), "${NAME}");
  EXPECT_EQ(text("a$$b $ $c"), "a$$b $ $c") << "any other dollar stands for itself";
}

TEST_F(ReferencesTest, A_value_is_not_looked_at_again) {
  EXPECT_EQ(text("${TRICKY}"), "${NAME} $${NAME} }");
}

TEST_F(ReferencesTest, An_unset_variable_is_named) {
  EXPECT_EQ(failure("${UNSET}"), "T020 variable UNSET is not set");
  EXPECT_EQ(failure("${UNSET:?the queue's name}"),
            "T020 variable UNSET is not set: the queue's name");
  EXPECT_EQ(failure("${EMPTY:?}"), "T020 variable EMPTY is not set");
  EXPECT_EQ(resolve("${UNSET} ${OTHER}").failures.size(), 2u) << "all of them at once";
}

TEST_F(ReferencesTest, What_is_no_reference_is_refused_and_not_shown) {
  for (const char* const text :
       {"${}", "${1A}", "${A-b}", "${A:+b}", "${A b}", "${env:A}", "${file:}", "${A:-${}}"}) {
    EXPECT_EQ(failure(text), "T021 a reference cannot be understood") << text;
  }
  EXPECT_EQ(failure("pa${ss"), "T021 a reference has no closing brace");
  EXPECT_EQ(failure("${A:-{}"), "T021 a reference has no closing brace");
}

TEST_F(ReferencesTest, Nesting_is_bounded) {
  std::string deep = "x";
  for (int i = 0; i < 1000; ++i) deep = "${U:-" + deep + "}";
  EXPECT_EQ(failure(deep), "T021 references are nested deeper than 8 levels");
}

TEST_F(ReferencesTest, A_file_gives_its_content_without_one_trailing_newline) {
  EXPECT_EQ(text("${file:" + write("one", "secret\n") + "}"), "secret");
  EXPECT_EQ(text("${file:" + write("two", "secret\n\n") + "}"), "secret\n");
  EXPECT_EQ(text("${file:one}"), "secret") << "relative: beside the topology";
  EXPECT_EQ(resolve("u:${file:one}").file_contents, std::vector<std::string>{"secret"});
}

TEST_F(ReferencesTest, A_file_that_cannot_be_read_is_named) {
  EXPECT_EQ(failure("${file:missing}"), "T022 cannot read missing: No such file or directory");
  EXPECT_EQ(failure("${file:.}"), "T022 cannot read .: not a regular file");
  write("large", std::string((64u << 10) + 1, 'x'));
  EXPECT_EQ(failure("${file:large}"), "T022 cannot read large: larger than 64 KiB");
}

TEST_F(ReferencesTest, A_pipe_is_refused_instead_of_waited_for) {
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(failure("${file:pipe}"), "T022 cannot read pipe: not a regular file");
}

TEST_F(ReferencesTest, A_value_has_to_be_text) {
  write("binary", "\xff\xfe");
  variables_["LATIN1"] = "M\xfcller";
  EXPECT_EQ(failure("${file:binary}"), "T023 the value of ${file:binary} is not UTF-8");
  EXPECT_EQ(failure("${LATIN1}"), "T023 the value of ${LATIN1} is not UTF-8");
  write("nul", std::string("a\0b", 3));
  EXPECT_EQ(failure("${file:nul}"), "T023 the value of ${file:nul} holds a NUL byte");
}

TEST_F(ReferencesTest, Many_references_to_a_large_value_do_not_fill_the_memory) {
  variables_["LARGE"] = std::string(60'000, 'x');
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "${LARGE}";
  const auto resolved = resolve(many);
  EXPECT_EQ(resolved.failures.size(), 1u);
  EXPECT_LT(resolved.text.size(), 1u << 20);
}

TEST_F(ReferencesTest, Names_are_kept_without_defaults) {
  EXPECT_EQ(resolve("${NAME:-secret} x ${file:" + write("one", "s") + "}").names,
            (std::vector<std::string>{"${NAME}", "${file:" + (folder_ / "one").string() + "}"}));
  EXPECT_TRUE(resolve("$${NAME}").names.empty());
}

}  // namespace
}  // namespace connector_host::topology
