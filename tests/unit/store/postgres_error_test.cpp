#include <gmock/gmock.h>

#include "store/postgres/server_error.h"

namespace weir::postgres {
namespace {

using testing::HasSubstr;

TEST(PostgresError, ARefusedConnectionsStateIsTakenFromItsText) {
  const Refusal refusal = refusal_in(
      "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  28P01: password authentication failed for "
      "user \"ann\"\nLOCATION:  auth_failed, auth.c:338\n");
  EXPECT_EQ(refusal.sqlstate, "28P01");
  EXPECT_EQ(refusal.message,
            "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL: password authentication failed for "
            "user \"ann\"");
  const Refusal unanswered =
      refusal_in("connection to server at \"db\" failed: Connection refused\n\tIs it running?\n");
  EXPECT_EQ(unanswered.sqlstate, "");
  EXPECT_EQ(unanswered.message, "connection to server at \"db\" failed: Connection refused Is it running?");
}

TEST(PostgresError, KindsTellWhatToDo) {
  EXPECT_EQ(explain("28000", "no", "cannot read", "there").kind, ErrorKind::access);
  EXPECT_EQ(explain("28P01", "no", "cannot read", "there").kind, ErrorKind::access);
  EXPECT_EQ(explain("42501", "no", "cannot read", "there").kind, ErrorKind::access);
  EXPECT_EQ(explain("3D000", "no", "cannot read", "there").kind, ErrorKind::missing);
  EXPECT_EQ(explain("53100", "could not extend file", "cannot load into", "there").kind, ErrorKind::failed);
  EXPECT_THAT(explain("53100", "could not extend file", "cannot load into", "there").why,
              HasSubstr("the server's disk is full (could not extend file)"));
  for (const char* state : {"28P01", "42501", "3D000", "53100", "53300", "57014", "57P01", "57P03", "08006"}) {
    EXPECT_NE(explain(state, "x", "y", "z").next, "") << state;
  }
}

}  // namespace
}  // namespace weir::postgres
