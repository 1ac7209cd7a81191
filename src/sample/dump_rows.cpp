#include "sample/dump_rows.h"

#include <array>

#include "sample/words.h"

namespace weir::sample {
namespace {

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;
constexpr std::uint64_t early_one_in = 1'000;
constexpr std::uint64_t repeated_id_one_in = 10'000;
constexpr std::uint64_t no_email_one_in = 500;
constexpr std::uint64_t no_country_one_in = 700;
constexpr std::size_t tags_per_row = 3;

// 1970-01-01 was a Thursday.
std::uint64_t weight_of(DayNumber day) {
  const int weekday = ((day + 3) % 7 + 7) % 7;  // 0 Monday
  return weekday < 5 ? 10 : 6;
}

std::string_view by_rank(std::span<const std::string_view> words, std::uint64_t random) {
  return words[rank_squared(random, words.size())];
}

void append_csv(std::string_view text, std::string& out) {
  if (text.find(',') == std::string_view::npos) {
    out += text;
  } else {
    out.append(1, '"').append(text).append(1, '"');
  }
}

// As Python's repr() writes a string: in double quotes when it holds an apostrophe, and those doubled, as CSV wants
// them.
void append_python_string(std::string_view text, std::string& out) {
  const std::string_view quote = text.find('\'') == std::string_view::npos ? "'" : "\"\"";
  out.append(quote).append(text).append(quote);
}

}  // namespace

std::vector<std::uint64_t> rows_by_day(const Period& period, std::uint64_t rows) {
  std::uint64_t total = 0;
  for (DayNumber day = period.first_day(); day <= period.last_day(); ++day) total += weight_of(day);
  std::vector<std::uint64_t> counts;
  std::uint64_t weight = 0;
  std::uint64_t given = 0;
  for (DayNumber day = period.first_day(); day <= period.last_day(); ++day) {
    weight += weight_of(day);
    // rows * weight / total without overflow; the last day's is `rows` exactly
    const std::uint64_t until = rows / total * weight + rows % total * weight / total;
    counts.push_back(until - given);
    given = until;
  }
  return counts;
}

DumpRows::DumpRows(const Population& population, std::uint64_t seed, const Period& period, std::uint64_t rows)
    : population_(population),
      random_(scatter(seed) ^ scatter(static_cast<std::uint64_t>(period.first_day()) * 64 +
                                      (period.granularity() == Granularity::day ? 1U : 0U))),
      rows_(rows),
      day_(period.first_day() - 1),
      date_(format_day(day_)) {
  std::uint64_t end = (rows + early_one_in / 2) / early_one_in;
  day_ends_.push_back(end);
  for (const std::uint64_t count : rows_by_day(period, rows - end)) day_ends_.push_back(end += count);
}

bool DumpRows::append_to(std::string& out) {
  if (header_given_ && row_ == rows_) return false;
  const std::size_t begin = out.size();
  if (!header_given_) out += header_line;
  header_given_ = true;
  while (row_ < rows_ && out.size() - begin < piece_bytes) append_row(out);
  return true;
}

void DumpRows::advance_day() {
  while (row_ >= day_ends_[day_index_]) {
    ++day_index_;
    date_ = format_day(++day_);
  }
}

void DumpRows::append_row(std::string& out) {
  advance_day();
  const std::uint64_t user = rank_cubed(random_.next(), population_.users());
  append_id(out);
  out.append(1, ',').append(date_).append(1, ',');
  if (!random_.one_in(no_email_one_in)) population_.append_email(user, out);
  out += ',';
  if (!random_.one_in(no_country_one_in)) append_csv(population_.country(user), out);
  out += ',';
  population_.append_ip(user, random_.next(), out);
  out.append(1, ',').append(by_rank(uris(), random_.next()));
  out.append(1, ',').append(by_rank(actions(), random_.next())).append(1, ',');
  append_tags(out);
  out += '\n';
  ++row_;
}

// A UUID, version 4 (RFC 4122, section 4.4).
void DumpRows::append_id(std::string& out) {
  if (row_ == 0 || !random_.one_in(repeated_id_one_in)) {
    id_high_ = (random_.next() & ~0xF000ULL) | 0x4000ULL;
    id_low_ = (random_.next() >> 2U) | 0x8000000000000000ULL;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 36> text{};
  std::size_t at = 0;
  for (unsigned nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text[at++] = '-';
    const std::uint64_t half = nibble < 16 ? id_high_ : id_low_;
    text[at++] = digits[(half >> (60 - 4 * (nibble % 16))) & 15U];
  }
  out.append(text.data(), text.size());
}

void DumpRows::append_tags(std::string& out) {
  std::array<std::string_view, tags_per_row> chosen;
  out += "\"[";
  for (std::size_t i = 0; i < tags_per_row;) {
    const std::string_view tag = by_rank(tags(), random_.next());
    bool again = false;
    for (std::size_t earlier = 0; earlier < i; ++earlier) again = again || chosen[earlier] == tag;
    if (again) continue;
    if (i > 0) out += ", ";
    append_python_string(tag, out);
    chosen[i++] = tag;
  }
  out += "]\"";
}

}  // namespace weir::sample
