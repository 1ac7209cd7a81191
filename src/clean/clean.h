// Rows to events or rejects: what a field means. Pure functions here; Cleaner applies them to a batch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/batch.h"
#include "weir/event.h"
#include "weir/result.h"

namespace weir {

// Microseconds since 1970-01-01T00:00:00Z, or nullopt when `text` (already trimmed) is no time. Accepts ISO 8601
// calendar dates and date-times, extended or basic, with or without zone (none = UTC), 'YYYY-MM-DD HH:MM[:SS[.f…]]';
// all digits: 8 = YYYYMMDD, 10 = Unix seconds, 13 = milliseconds. Digits past the microsecond are cut. Years 0001 to
// 9999. 24:00 is no time; 23:59:60 UTC is read as a second 23:59:59, see timestamp.cpp. Pure.
[[nodiscard]] std::optional<std::int64_t> parse_timestamp(std::string_view text);

// trim() of a text that may have something to lose.
[[nodiscard]] std::string_view trim_ends(std::string_view text);

// Without leading and trailing ASCII white space (space, \t, \r, \n, \v, \f). Pure. Inline, since every field goes
// through it and nearly none has any.
[[nodiscard]] inline std::string_view trim(std::string_view text) {
  const auto solid = [](char c) { return static_cast<unsigned char>(c) > ' '; };
  return !text.empty() && solid(text.front()) && solid(text.back()) ? text : trim_ends(text);
}

// The tags of a field: a Python list literal, a JSON array, or text split on ; or |. Appends to `values` the distinct
// tags of this field in order of first appearance; appends nothing for an empty field or an empty list. A malformed
// list is one tag, as written. Tags that needed unescaping are stored in `arena`, the others are views into `text`.
class TextArena;
void parse_tags(std::string_view text, TextArena& arena, std::vector<std::string_view>& values);
// The same of a field that is stored as a list: of its elements, those that are not empty once trimmed, each once.
void add_tags(std::span<const std::string_view> elements, std::vector<std::string_view>& values);

// The registrable domain of an address without its public suffix: ann@mail.google.co.uk → google. unknown_company when
// the address has no usable domain; company.cpp says which is one. Lower-cased. The Public Suffix List (ICANN and
// private rules) is compiled in. Thread-safe.
[[nodiscard]] std::string company_of(std::string_view email);
// Companies of many addresses, each domain looked up once. Not thread-safe.
class CompanyFinder {
 public:
  CompanyFinder();
  ~CompanyFinder();
  CompanyFinder(const CompanyFinder&) = delete;
  CompanyFinder& operator=(const CompanyFinder&) = delete;
  // Puts in place of each address, trimmed or NULL, its company_of(). The texts live until the next call.
  void replace(std::span<std::string_view> emails);

 private:
  struct State;
  std::unique_ptr<State> state_;
};
// The compiled-in list's own version line, or else the day its file was made: "2023-02-09".
[[nodiscard]] std::string_view psl_version();
// The registrable domain of a host name, nullopt when it has none (for the list's own test vectors).
[[nodiscard]] std::optional<std::string> registrable_domain(std::string_view host);

// The companies of the domains whose mail anybody may have, sorted bytewise, each once: "gmail". Whoever works at such
// a provider has the same company. Thread-safe; they live for ever.
[[nodiscard]] std::span<const std::string_view> personal_companies();

// Cleans batches for one thread. Not thread-safe. Keeps a table of the domains it has met, so that each is looked up
// once. The texts of a batch that are not views into its input belong to the Cleaner and live until its next clean().
class Cleaner {
 public:
  // `wanted`: the fields to fill. `binding`: column of each field in the dump. `selected`: the columns of the RowBatch
  // in order, as given to CsvDump::select().
  Cleaner(FieldSet wanted, const ColumnBinding& binding, const std::vector<int>& selected);
  ~Cleaner();
  Cleaner(const Cleaner&) = delete;
  Cleaner& operator=(const Cleaner&) = delete;
  // Fills `events` from `rows`, whose buffers must stay alive as long as `events` is used; rows.rejects are moved out
  // of it. Rows whose timestamp is empty or no time become rejects (merged with the decoder's, ascending by line) where
  // a column carries the timestamp.
  void clean(RowBatch& rows, EventBatch& events);

  // The columns that must be decoded to fill `wanted`: always the timestamp's where there is one, since it can reject.
  [[nodiscard]] static std::vector<int> columns_for(FieldSet wanted, const ColumnBinding& binding);

  // The column of `field`, where no other field takes the same one; else -1. Such a column may come typed: the
  // timestamp's in RowBatch::times_us, the tags' in RowBatch::lists.
  [[nodiscard]] static int own_column(Field field, const ColumnBinding& binding);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
