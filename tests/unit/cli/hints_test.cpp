#include "cli/hints.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

TEST(WithFlags, CompletesCommandsThatUseTheDatabase) {
  EXPECT_EQ(with_flags("`weir rejects 2021-04` shows them; or `weir drop 2021-04`", "--db duckdb:a.duckdb"),
            "`weir rejects 2021-04 --db duckdb:a.duckdb` shows them; or `weir drop 2021-04 --db duckdb:a.duckdb`");
  EXPECT_EQ(with_flags("run `weir db migrate`", "--db x"), "run `weir db migrate --db x`");
  EXPECT_EQ(with_flags("`weir ingest`", "--db x"), "`weir ingest --db x`");
}

TEST(WithFlags, LeavesTheRestAsItIs) {
  for (const char* text : {"", "weir status", "`weir status --db y`", "`weir top --help` shows what there is",
                           "files are for `weir insights FILE`", "`aws s3 ls`", "`weir status", "`weird status`"}) {
    EXPECT_EQ(with_flags(text, "--db x"), text);
  }
  EXPECT_EQ(with_flags("`weir status`", ""), "`weir status`");
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  EXPECT_EQ(shell_word("duckdb:dir/a-b.duckdb"), "duckdb:dir/a-b.duckdb");
  EXPECT_EQ(shell_word("postgresql://weir@/db?host=/run&port=1"), "'postgresql://weir@/db?host=/run&port=1'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace weir::cli
