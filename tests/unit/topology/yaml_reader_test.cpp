#include "host/topology/yaml_reader.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

namespace connector_host::topology {
namespace {

struct Read {
  std::optional<Node> root;
  std::vector<Problem> problems;

  explicit Read(const std::string& text) {
    Problems found("t.yaml");
    const SourceText source(text);
    if (source.check(found)) root = YamlReader::read(source, found);
    problems = found.take();
  }
  // "code line:column" of each problem.
  std::vector<std::string> places() const {
    std::vector<std::string> out;
    for (const Problem& problem : problems) {
      out.push_back(problem.code + " " + std::to_string(problem.place.line) + ":" +
                    std::to_string(problem.place.column));
    }
    return out;
  }
};

using Places = std::vector<std::string>;

TEST(YamlReader, Gives_each_node_its_kind_and_position) {
  const Read read("a: 1\nb:\n  - 'two'\n  - {c: }\n");
  ASSERT_TRUE(read.root && read.problems.empty());
  EXPECT_EQ(read.root->kind, Node::Kind::mapping);
  const Node& a = *read.root->find("a");
  EXPECT_EQ(a.text, "1");
  EXPECT_FALSE(a.quoted);
  EXPECT_EQ(a.key_at.line, 1);
  EXPECT_EQ(a.at.column, 4);
  const Node& b = *read.root->find("b");
  ASSERT_EQ(b.children.size(), 2u);
  EXPECT_TRUE(b.children[0].quoted);
  EXPECT_EQ(b.children[0].at.line, 3);
  const Node& c = *b.children[1].find("c");
  EXPECT_EQ(c.kind, Node::Kind::null);
  EXPECT_EQ(c.at.line, 4);
  EXPECT_EQ(c.at.column, 6);
  EXPECT_EQ(b.find("c"), nullptr) << "a list has no keys";
}

TEST(YamlReader, Counts_columns_in_characters_and_ignores_a_byte_order_mark) {
  const Read read("\xEF\xBB\xBF\"\u00fc\u00fc\": [\u20ac, &x 1]\r\nb: *x\r\n");
  EXPECT_EQ(read.places(), (Places{"T005 1:11", "T005 2:4"}));
}

TEST(YamlReader, An_empty_file_is_null) {
  EXPECT_EQ(Read("").root->kind, Node::Kind::null);
  EXPECT_EQ(Read("# nothing\n").root->kind, Node::Kind::null);
  EXPECT_EQ(Read("---\n").root->kind, Node::Kind::null);
}

TEST(YamlReader, Refuses_anchors_aliases_and_merge_keys) {
  EXPECT_EQ(Read("a: &x 1\nb: *x\n").places(), (Places{"T005 1:4", "T005 2:4"}));
  EXPECT_EQ(Read("a: &x {b: 1}\nc: &y [1]\n").places(), (Places{"T005 1:4", "T005 2:4"}));
  EXPECT_EQ(Read("a: {<<: {b: 1}}\n").places(), (Places{"T005 1:5"}));
  EXPECT_EQ(Read("&x a: 1\n*x : 2\n").places().front(), "T005 1:1");
  EXPECT_EQ(Read("a: *unknown\n").places(), (Places{"T005 1:4"}));
  EXPECT_TRUE(Read("a: '*x'\nb: \"&x\"\n'<<': 1\n").problems.empty()) << "quoted, they are texts";
}

TEST(YamlReader, Does_not_follow_an_alias_bomb_or_a_cycle) {
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + "," + last + "]\n";
  }
  EXPECT_EQ(Read(bomb).problems.size(), 30u + 58u);
  EXPECT_FALSE(Read("a: &x [*x]\n").problems.empty());
}

TEST(YamlReader, Refuses_tags_in_every_form) {
  EXPECT_EQ(Read("a: !!int 1\nb: !mine {c: 1}\nd: ! x\ne: !<tag:x> [1]\n!!str f: 1\n").places(),
            (Places{"T006 1:4", "T006 2:4", "T006 3:4", "T006 4:4", "T006 5:1"}));
  EXPECT_TRUE(Read("a: '!x'\nb: \"!\"\n").problems.empty());
}

TEST(YamlReader, Refuses_a_key_that_stands_twice_and_keeps_the_first) {
  const Read read("a: 1\nb: {c: 1, d: 2, c: [3]}\na: 4\n");
  EXPECT_EQ(read.places(), (Places{"T007 2:17", "T007 3:1"}));
  EXPECT_EQ(read.problems[0].path, "b.c");
  EXPECT_EQ(read.problems[1].what, "key 'a' stands twice, first on line 1");
  EXPECT_EQ(read.root->find("a")->text, "1");
  EXPECT_EQ(read.root->children.size(), 2u);
}

TEST(YamlReader, Refuses_keys_that_are_no_text) {
  EXPECT_EQ(Read("? [a, b]\n: 1\n").places(), (Places{"T010 1:3"}));
  EXPECT_EQ(Read("{a: 1}: 1\n").places(), (Places{"T010 1:1"}));
  EXPECT_EQ(Read("~: 1\n").places(), (Places{"T010 1:1"}));
  EXPECT_EQ(Read("${NAME}: 1\n").places(), (Places{"T010 1:1"}));
  EXPECT_TRUE(Read("'null': 1\n").problems.empty());
}

TEST(YamlReader, Refuses_depth_beyond_32) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Read(nested(32)).problems.empty());
  EXPECT_EQ(Read(nested(33)).places(), (Places{"T008 1:33"}));
  EXPECT_EQ(Read(nested(100'000)).places(), (Places{"T008 1:33"}));
  std::string block;
  for (int i = 0; i < 40; ++i) block += std::string(std::size_t(i), ' ') + "a:\n";
  EXPECT_EQ(Read(block + std::string(40, ' ') + "b: 1\n").places().front().substr(0, 4), "T008");
}

TEST(YamlReader, Refuses_a_second_document) {
  EXPECT_EQ(Read("a: 1\n---\nb: 2\n").places(), (Places{"T009 2:1"}));
  EXPECT_EQ(Read("---\n---\n").places(), (Places{"T009 2:1"}));
  EXPECT_EQ(Read("a: 1\n...\nb: 2\n").places(), (Places{"T009 3:1"}));
  EXPECT_EQ(Read("- a\nb: 1\n").places(), (Places{"T004 2:1"}))
      << "yaml-cpp takes it for a new document";
  EXPECT_TRUE(Read("---\na: 1\n...\n").problems.empty());
}

TEST(YamlReader, Refuses_what_is_not_text) {
  EXPECT_EQ(Read("a: \xff\n").places(), (Places{"T003 1:4"}));
  EXPECT_EQ(Read("a: \xed\xa0\x80\n").places(), (Places{"T003 1:4"})) << "a surrogate";
  EXPECT_EQ(Read("a: \xc0\x80\n").places(), (Places{"T003 1:4"})) << "an overlong NUL";
  EXPECT_EQ(Read("a: \xf4\x90\x80\x80\n").places(), (Places{"T003 1:4"})) << "beyond U+10FFFF";
  EXPECT_EQ(Read(std::string("a: x\0y\n", 7)).places(), (Places{"T003 1:5"}));
  EXPECT_EQ(Read("a: 1\n\x04"
                 "b: 2\n")
                .places(),
            (Places{"T003 2:1"}))
      << "yaml-cpp takes it for the end of the file";
  EXPECT_EQ(Read("a: \"x\\0\"\n").places(), (Places{"T003 1:4"})) << "an escape can make a NUL";
  EXPECT_EQ(Read(std::string("\xff\xfe"
                             "a\0:\0",
                             6))
                .places(),
            (Places{"T003 1:1"}))
      << "UTF-16";
}

TEST(YamlReader, Refuses_more_than_1_MiB) {
  EXPECT_EQ(Read(std::string((1u << 20) + 1, '#')).places(), (Places{"T002 0:0"}));
  EXPECT_TRUE(Read(std::string(1u << 20, '#')).problems.empty());
}

TEST(YamlReader, Explains_a_syntax_error_with_its_place) {
  const Read tab("a:\n\tb: 1\n");
  EXPECT_EQ(tab.places().front().substr(0, 6), "T004 2");
  EXPECT_EQ(Read("a: [1, 2\nb: 3\n").problems.at(0).code, "T004");
  EXPECT_EQ(Read("a: 'x\n").problems.at(0).what,
            "a quoted text is not closed before the file ends");
  EXPECT_EQ(Read("a: \"\\q\"\n").problems.at(0).what, "an escape in double quotes is not valid");
  EXPECT_EQ(Read("a: b: c\n").problems.at(0).code, "T004");
  EXPECT_EQ(Read("{:").problems.at(0).code, "T004");
  EXPECT_EQ(Read("[a, b\n").places(), (Places{"T004 2:1"})) << "and nothing about a key";
  EXPECT_EQ(Read("a: \"x\\\"\n").problems.at(0).what,
            "a quoted text is not closed before the file ends");
  EXPECT_TRUE(Read("a: 'it''s'\nb: \"\\\"\"\n").problems.empty());
  EXPECT_EQ(Read("a: }\n").problems.at(0).code, "T004");
  EXPECT_EQ(Read("a: { b: ${C} }\n").problems.at(0).fix,
            "put a value that holds ${...} in quotes, as in { key: \"${NAME}\" }");
  EXPECT_EQ(Read("a: @x\n").problems.at(0).fix, "put the value in quotes");
}

TEST(YamlReader, Problems_found_before_a_syntax_error_are_kept) {
  EXPECT_EQ(Read("a: &x 1\na: 2\nb: 'x\n").problems.size(), 3u);
}

// Work that grows with the square of a line or of a nesting would take minutes here.
TEST(YamlReader, No_repetition_takes_long) {
  for (const std::string prefix : {"", "[", "{", "a: ["})
    for (const std::string part :
         {"[",   "{",      "- ",  "? ",   "a: ",  "!",    "&a ",   "*a ",
          "'",   "\"\\",   "|\n", "%",    "{a: ", "[a, ", "---\n", ": ",
          "\n ", "- - - ", "{? ", "[[],", "a\n",  "a:\n", "a,",    "\u20ac"}) {
      std::string text = prefix;
      while (text.size() < 128u << 10) text += part;
      const std::clock_t begin = std::clock();
      const Read read(text);
      const auto took =
          (std::clock() - begin) / CLOCKS_PER_SEC;  // of this process, however busy the machine is
      EXPECT_LT(took, 20) << prefix << part;
      EXPECT_LE(read.problems.size(), Problems::most + 1);
    }
}

}  // namespace
}  // namespace connector_host::topology
