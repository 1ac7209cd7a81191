#include "store/postgres/server_error.h"

#include <algorithm>

namespace weir::postgres {
namespace {

constexpr std::size_t sqlstate_size = 5;

bool is_sqlstate(std::string_view text) {
  return text.size() == sqlstate_size &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

// Lines joined, space at the ends gone.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == '\n' || c == '\t' || c == ' ';
    if (!space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

Refusal refusal_in(std::string_view text) {
  Refusal refusal;
  std::string kept;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("LOCATION:")) continue;
    for (std::size_t at = line.find(":  "); at != std::string::npos; at = line.find(":  ", at + 1)) {
      const std::string state = line.substr(at + 3, sqlstate_size);
      if (!is_sqlstate(state) || line.substr(at + 3 + sqlstate_size, 2) != ": ") continue;
      refusal.sqlstate = state;
      line.erase(at + 2, sqlstate_size + 2);
      break;
    }
    kept += line + '\n';
  }
  refusal.message = one_line(kept);
  return refusal;
}

Error explain(std::string_view sqlstate, std::string_view message, const std::string& what, const std::string& where) {
  Error error{ErrorKind::failed, what, where, one_line(message), ""};
  if (sqlstate.starts_with("28")) {
    error.kind = ErrorKind::access;
    error.next = "check user and password (PGPASSWORD, PGPASSFILE, or the URL) and the server's pg_hba.conf";
  } else if (sqlstate == "42501") {
    error.kind = ErrorKind::access;
    error.next =
        "have the database's owner grant this user what it needs: weir_reader reads, weir_loader loads and drops "
        "(deploy/postgres/grants.sql)";
  } else if (sqlstate == "3D000") {
    error.kind = ErrorKind::missing;
    error.next = "create it with `createdb`, or name another with --db";
  } else if (sqlstate == "25006") {
    error.next =
        "`weir query` only reads, whoever asks; to load or drop, connect to a server and as a user that may write";
  } else if (sqlstate == "53100") {
    error.why = "the server's disk is full (" + error.why + ")";
    error.next = "free some space there; the database is as it was";
  } else if (sqlstate == "53300") {
    error.next = "try again when others have disconnected, or raise the server's max_connections";
  } else if (sqlstate == "57P03") {
    error.next = "try again in a moment";
  } else if (sqlstate == "57014") {
    error.next = "raise the server's statement_timeout for this user if it was that";
  } else if (sqlstate.starts_with("08") || sqlstate == "57P01" || sqlstate == "57P02") {
    error.next = "look at the server's log; what was not committed is undone, so simply run it again";
  }
  return error;
}

}  // namespace weir::postgres
