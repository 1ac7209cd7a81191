#include "cli/man_page.h"

#include <gmock/gmock.h>

#include "example_program.h"
#include "terminal.h"

namespace weir::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page() {
  return man_page(*example_program(), "0.1.0", "2021-04-24");
}

// As a reader sees it, blanks squeezed.
std::string rendered() {
  const Folder folder;
  const Outcome outcome =
      run("mandoc -T utf8 -O width=200 " + folder.file("weir.1", page()) + " | sed 's/.\\x08//g' | tr -s ' '");
  EXPECT_EQ(outcome.exit_code, 0);
  return outcome.output;
}

TEST(ManPage, PassesItsCheckers) {
  const Folder folder;
  const std::string path = folder.file("weir.1", page());
  ASSERT_EQ(run("command -v mandoc").exit_code, 0) << "mandoc is not installed, and the man page is unchecked";
  const Outcome lint = run("mandoc -T lint -W warning " + path);
  EXPECT_EQ(lint.exit_code, 0);
  EXPECT_EQ(lint.output, "");
  ASSERT_EQ(run("command -v groff").exit_code, 0) << "groff is not installed, and the man page is unchecked";
  const Outcome groff = run("groff -man -Tutf8 -ww -z " + path);
  EXPECT_EQ(groff.exit_code, 0);
  EXPECT_EQ(groff.output, "");
}

TEST(ManPage, IsAscii) {
  for (const char c : page()) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F)) << static_cast<int>(c);
}

TEST(ManPage, HasTheSectionsInOrder) {
  const std::string text = page();
  std::size_t at = 0;
  for (const char* heading : {".TH WEIR 1 2021-04-24 \"weir 0.1.0\"", ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION",
                              ".SH OPTIONS", ".SH COMMANDS", ".SS weir top", ".SS weir db", ".SS weir db init",
                              ".SH EXIT STATUS", ".SH ENVIRONMENT", ".SH FILES", ".SH EXAMPLES"}) {
    const std::size_t found = text.find(heading, at);
    ASSERT_NE(found, std::string::npos) << heading;
    at = found;
  }
}

TEST(ManPage, SaysWhatHelpSays) {
  const std::string text = rendered();
  EXPECT_THAT(text, HasSubstr("weir - Measures what flows: counts \xC2\xB7 exactly\n"));
  EXPECT_THAT(text, HasSubstr("weir top [option ...] QUESTION [SRC ...]"));
  EXPECT_THAT(text, HasSubstr("One question: who, where, when [it's 100 %: exact]"));
  EXPECT_THAT(text, HasSubstr("-n, --limit N|all\n How many rows, or all (default: 10)"));
  EXPECT_THAT(text, HasSubstr("--by day|week|month\n Group dates\n"));
  EXPECT_THAT(text, HasSubstr("-f, --format FORMAT\n How to write the data. One of table, json, ndjson, csv."));
  EXPECT_THAT(text, HasSubstr("--wait INT\n Seconds to wait (environment: WEIR_WAIT)"));
  EXPECT_THAT(text, HasSubstr("Tags, \"quoted\" and $(dangerous) and `this`"));
  EXPECT_THAT(text, HasSubstr("weir top users -n 5 the busiest five\n"));
  EXPECT_THAT(text, HasSubstr("weir top dates --where 'user=\\a' 't\n"));
  EXPECT_THAT(text, HasSubstr("\n .hidden by roff\n"));
  EXPECT_THAT(text,
              HasSubstr("OPTIONS\n --version\n Display program version information and exit\n\n Commands take these"));
  EXPECT_THAT(text, HasSubstr("130 Interrupted; the database is as it was."));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_THAT(text, Not(HasSubstr("--hidden")));
}

// What every command takes, and examples that CLI11 hands down.
TEST(ManPage, RepeatsNothing) {
  const std::string text = page();
  for (const char* once : {"Say nothing but errors", "weir insights a.csv"}) {
    const std::size_t first = text.find(once);
    ASSERT_NE(first, std::string::npos) << once;
    EXPECT_EQ(text.find(once, first + 1), std::string::npos) << once;
  }
}

}  // namespace
}  // namespace weir::cli
