// The one error type, and the one way to return it.
//
// Every function that can fail returns Result<T>. An error is returned to whoever can act on it and printed once, by
// the command that ends; nothing is logged and then ignored. Exceptions are not part of any interface: an adapter that
// wraps a library which throws catches inside its own .cpp.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace weir {

// What a caller can do about an error; each kind has one exit code (see cli/exit_code.h).
enum class ErrorKind {
  failed,       // it did not work                                       exit 1
  usage,        // the command line or weir.toml asks for no such thing   exit 2
  rejects,      // more rejected rows than --max-rejects admits           exit 3
  missing,      // an expected period or object is not there              exit 4 or 1
  access,       // credentials refused, absent, or not enough             exit 5
  interrupted,  // Ctrl-C or SIGTERM                                      exit 130
};

// One failure, in the order a person asks: what were you doing, where, why did it not work, what shall I do next.
// `where` names a file, URI, line or flag and never holds a secret; `next` may be empty.
struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string what;
  std::string where;
  std::string why;
  std::string next;
};

template <class T>
using Result = tl::expected<T, Error>;

// Success of a function that returns nothing else.
using Status = Result<void>;

// Builds the unexpected side: `return fail("cannot read", path, "Permission denied", "check the file's mode")`.
[[nodiscard]] inline tl::unexpected<Error> fail(std::string what, std::string where, std::string why,
                                                std::string next = {}) {
  return tl::unexpected<Error>(
      Error{ErrorKind::failed, std::move(what), std::move(where), std::move(why), std::move(next)});
}
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string what, std::string where, std::string why,
                                                std::string next = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(what), std::move(where), std::move(why), std::move(next)});
}

// "what where: why" on one line, then "next" after a newline when there is one. Control characters are the printer's
// task.
[[nodiscard]] std::string to_string(const Error& error);
// The first line alone: what happened, without advice. What the ledger and JSON keep.
[[nodiscard]] std::string facts_of(const Error& error);

// WEIR_TRY(expr): leaves the enclosing function with expr's error; the value is discarded.
// WEIR_TRY_ASSIGN(decl, expr): the same, and binds the value: WEIR_TRY_ASSIGN(auto stream, open(uri));
#define WEIR_CONCAT_(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_(a, b)
#define WEIR_TRY(expr)                                                                        \
  do {                                                                                        \
    auto weir_status_ = (expr);                                                               \
    if (!weir_status_) return tl::unexpected<::weir::Error>(std::move(weir_status_).error()); \
  } while (false)
#define WEIR_TRY_ASSIGN_IMPL_(tmp, decl, expr)                            \
  auto tmp = (expr);                                                      \
  if (!tmp) return tl::unexpected<::weir::Error>(std::move(tmp).error()); \
  decl = std::move(tmp).value()
#define WEIR_TRY_ASSIGN(decl, expr) WEIR_TRY_ASSIGN_IMPL_(WEIR_CONCAT(weir_result_, __LINE__), decl, expr)

}  // namespace weir
