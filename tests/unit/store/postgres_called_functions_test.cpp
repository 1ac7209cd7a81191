#include "store/postgres/called_functions.h"

#include <gmock/gmock.h>

namespace weir::postgres {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CalledFunctions, AreNamesBeforeAParenthesis) {
  EXPECT_THAT(called_functions("SELECT count(*), Lower (email) FROM events"), ElementsAre("count", "lower"));
  EXPECT_THAT(called_functions("SELECT pg_catalog.pg_sleep\n(1), pg_sleep(2)"), ElementsAre("pg_sleep"));
  EXPECT_THAT(called_functions("SELECT count, (1), a + (2)"), IsEmpty());
  EXPECT_THAT(called_functions("SELECT f /* a /* nested */ comment */ -- and another\n (1)"), ElementsAre("f"));
}

TEST(CalledFunctions, AreFoundUnderQuotedNames) {
  EXPECT_THAT(called_functions(R"(SELECT "Pg_Sleep"(1), "a""b" (2))"), ElementsAre("Pg_Sleep", "a\"b"));
  EXPECT_THAT(called_functions(R"(SELECT u&"\0061"(1))"), ElementsAre("U&"));
}

TEST(CalledFunctions, AreNotInTextsAndComments) {
  EXPECT_THAT(called_functions("SELECT 'f(1)', 'it''s f(1)', E'\\' f(1)', U&'f(1)' -- f(1)"), IsEmpty());
  EXPECT_THAT(called_functions("SELECT $$ f(1) $$, $x$ f(1) $y$ f(1) $x$, 1 /* f(1) */"), IsEmpty());
}

TEST(CalledFunctions, AreFoundBehindThem) {
  EXPECT_THAT(called_functions("SELECT 'a\\', f(1)"), ElementsAre("f"));
  EXPECT_THAT(called_functions("SELECT $1, f(1), $x$ $x$, a$b(2), $2$, g(3)"), ElementsAre("a$b", "f", "g"));
  EXPECT_THAT(called_functions("SELECT e'\\\\', f(1)"), ElementsAre("f"));
  EXPECT_THAT(called_functions("SELECT 1 -- '\n, f(1)"), ElementsAre("f"));
}

TEST(CalledFunctions, EndWithWhatIsNotClosed) {
  EXPECT_THAT(called_functions("SELECT f(1), 'open g(1)"), ElementsAre("f"));
  EXPECT_THAT(called_functions("SELECT f(1), /* open g(1)"), ElementsAre("f"));
  EXPECT_THAT(called_functions("SELECT f(1), $a$ open g(1)"), ElementsAre("f"));
  EXPECT_THAT(called_functions("SELECT f(1), \"open"), ElementsAre("f"));
  EXPECT_THAT(called_functions(""), IsEmpty());
}

}  // namespace
}  // namespace weir::postgres
