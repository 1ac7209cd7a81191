#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

#include "base/text.h"
#include "clean/clean.h"
#include "clean/company_table.h"
#include "clean/same_text.h"
#include "clean/text_arena.h"

namespace weir {
namespace {

constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::int64_t first_time_us = -719'162 * day_us;  // of the year 1
constexpr std::int64_t end_time_us = 2'932'897 * day_us;   // of the year 10000
constexpr std::size_t quoted_max_bytes = 80;
constexpr std::array text_fields{Field::id, Field::email, Field::country, Field::ip, Field::uri, Field::action};

using TextColumn = std::vector<std::string_view>;

DayNumber day_of(std::int64_t us) {
  const std::int64_t day = us / day_us - (us % day_us < 0 ? 1 : 0);  // rounded down, also before 1970
  return static_cast<DayNumber>(day);
}

// NULL where nothing is left.
std::string_view cleaned(std::string_view text) {
  const std::string_view trimmed = trim(text);
  return trimmed.empty() ? std::string_view() : trimmed;
}

// `text` fit for a message: printable, at most quoted_max_bytes, never cut inside a character or an escape.
std::string quoted(std::string_view text) {
  constexpr std::string_view ellipsis = "…";
  std::string whole = printable(text.substr(0, quoted_max_bytes + 1));
  if (whole.size() <= quoted_max_bytes) return whole;
  std::string_view head = text.substr(0, quoted_max_bytes);
  do {
    head = head.substr(0, valid_utf8_prefix(head.substr(0, head.size() - 1)));
    whole = printable(head);
  } while (whole.size() > quoted_max_bytes - ellipsis.size());
  return whole.append(ellipsis);
}

}  // namespace

std::string_view trim_ends(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

struct Cleaner::State {
  State(FieldSet wanted_fields, const ColumnBinding& binding, const std::vector<int>& selected);

  // Reads every timestamp; `kept` becomes the rows that have one, the others become rejects.
  void judge(const RowBatch& rows, EventBatch& events);
  void judge_texts(const RowBatch& rows, const TextColumn& timestamps, EventBatch& events);
  void judge_times(const RowBatch& rows, EventBatch& events);
  void reject(const RowBatch& rows, std::size_t row, std::string reason, EventBatch& events);
  [[nodiscard]] std::optional<std::int64_t> time_of(std::string_view text);
  void fill_times(EventBatch& events) const;
  void fill_text(Field field, const RowBatch& rows, TextColumn& out) const;
  void fill_companies(const RowBatch& rows, TextColumn& out);
  void fill_tags(const RowBatch& rows, ListColumn& out);
  // Of a field's texts; nullptr where no column carries the field.
  [[nodiscard]] const TextColumn* column(Field field, const RowBatch& rows) const {
    const int at = position[static_cast<std::size_t>(field)];
    return at < 0 ? nullptr : &rows.columns[static_cast<std::size_t>(at)];
  }

  FieldSet wanted;
  std::array<int, stored_field_count> position{};  // of each field's column in RowBatch::columns; -1: none
  std::vector<std::uint32_t> kept;
  bool times_known = false;         // a column carries the timestamp
  std::vector<std::int64_t> times;  // of the kept rows, then
  // Most rows of a dump have the date of the row before.
  std::string last_text;
  std::optional<std::int64_t> last_time;
  CompanyTable companies;
  TextArena texts;  // of the batch
};

Cleaner::State::State(FieldSet wanted_fields, const ColumnBinding& binding, const std::vector<int>& selected)
    : wanted(wanted_fields) {
  position.fill(-1);
  for (std::size_t field = 0; field < stored_field_count; ++field) {
    if (binding.index[field] < 0) continue;
    const auto found = std::find(selected.begin(), selected.end(), binding.index[field]);
    if (found != selected.end()) position[field] = static_cast<int>(found - selected.begin());
  }
  assert(!binding.carries(Field::timestamp) || position[static_cast<std::size_t>(Field::timestamp)] >= 0);
}

std::optional<std::int64_t> Cleaner::State::time_of(std::string_view text) {
  if (same_text(text, last_text)) return last_time;
  last_time = parse_timestamp(text);
  last_text = text;
  return last_time;
}

void Cleaner::State::judge(const RowBatch& rows, EventBatch& events) {
  const TextColumn* const timestamps = column(Field::timestamp, rows);
  times_known = timestamps != nullptr;
  kept.resize(rows.rows);
  if (!times_known) {
    std::iota(kept.begin(), kept.end(), 0U);
    return;
  }
  times.resize(rows.rows);
  if (rows.times_us.empty()) {
    judge_texts(rows, *timestamps, events);
  } else {
    judge_times(rows, events);
  }
}

void Cleaner::State::judge_texts(const RowBatch& rows, const TextColumn& timestamps, EventBatch& events) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const std::string_view text = trim(timestamps[row]);
    const std::optional<std::int64_t> time = time_of(text);
    if (!time) {
      reject(rows, row, text.empty() ? "timestamp is empty" : "timestamp is not a time: " + quoted(text), events);
      continue;
    }
    times[count] = *time;
    kept[count++] = static_cast<std::uint32_t>(row);
  }
  kept.resize(count);
  times.resize(count);
}

void Cleaner::State::judge_times(const RowBatch& rows, EventBatch& events) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const std::int64_t time = rows.times_us[row];
    if (time < first_time_us || time >= end_time_us) {
      reject(rows, row,
             time == no_time_us ? "timestamp is empty" : "timestamp is not a time: it is not in the years 1 to 9999",
             events);
      continue;
    }
    times[count] = time;
    kept[count++] = static_cast<std::uint32_t>(row);
  }
  kept.resize(count);
  times.resize(count);
}

void Cleaner::State::reject(const RowBatch& rows, std::size_t row, std::string reason, EventBatch& events) {
  const std::string raw = rows.records.empty() ? reject_raw(rows.record_text(row)) : reject_raw(rows.records[row]);
  events.rejects.push_back({rows.first_line + rows.lines[row], std::move(reason), raw});
}

void Cleaner::State::fill_times(EventBatch& events) const {
  if (wanted.contains(Field::timestamp)) {
    events.timestamp_us.assign(kept.size(), no_time_us);
    if (times_known) std::copy(times.begin(), times.end(), events.timestamp_us.begin());
  }
  if (wanted.contains(Field::day)) {
    events.day.assign(kept.size(), no_day);
    if (times_known) std::transform(times.begin(), times.end(), events.day.begin(), day_of);
  }
}

void Cleaner::State::fill_text(Field field, const RowBatch& rows, TextColumn& out) const {
  const TextColumn* const texts_in = column(field, rows);
  out.assign(kept.size(), std::string_view());
  if (texts_in == nullptr) return;
  std::transform(kept.begin(), kept.end(), out.begin(), [&](std::uint32_t row) { return cleaned((*texts_in)[row]); });
}

void Cleaner::State::fill_companies(const RowBatch& rows, TextColumn& out) {
  const TextColumn* const emails = column(Field::email, rows);
  out.assign(kept.size(), std::string_view());
  if (emails == nullptr) return;
  std::transform(kept.begin(), kept.end(), out.begin(), [&](std::uint32_t row) { return trim((*emails)[row]); });
  companies.replace_by_companies(out, texts);
}

void Cleaner::State::fill_tags(const RowBatch& rows, ListColumn& out) {
  const TextColumn* const lists = column(Field::tags, rows);
  out.values.clear();
  out.offsets.assign(1, 0);
  out.offsets.reserve(kept.size() + 1);
  const bool typed = !rows.lists.offsets.empty();
  for (const std::uint32_t row : kept) {
    if (typed) {
      const std::uint32_t first = rows.lists.offsets[row];
      add_tags({rows.lists.values.data() + first, rows.lists.offsets[row + 1] - first}, out.values);
    } else if (lists != nullptr) {
      parse_tags((*lists)[row], texts, out.values);
    }
    out.offsets.push_back(static_cast<std::uint32_t>(out.values.size()));
  }
}

Cleaner::Cleaner(FieldSet wanted, const ColumnBinding& binding, const std::vector<int>& selected)
    : state_(std::make_unique<State>(wanted, binding, selected)) {}

Cleaner::~Cleaner() = default;

void Cleaner::clean(RowBatch& rows, EventBatch& events) {
  State& state = *state_;
  state.texts.clear();
  events.rejects.clear();
  events.rejects.swap(rows.rejects);  // each keeps the other's memory for its next batch
  state.judge(rows, events);
  std::stable_sort(events.rejects.begin(), events.rejects.end(),
                   [](const Reject& a, const Reject& b) { return a.line < b.line; });
  events.rows = state.kept.size();
  state.fill_times(events);
  for (const Field field : text_fields) {
    if (state.wanted.contains(field)) state.fill_text(field, rows, events.text(field));
  }
  if (state.wanted.contains(Field::company)) state.fill_companies(rows, events.company);
  if (state.wanted.contains(Field::tags)) state.fill_tags(rows, events.tags);
}

int Cleaner::own_column(Field field, const ColumnBinding& binding) {
  const int column = binding.index[static_cast<std::size_t>(field)];
  return std::ranges::count(binding.index, column) == 1 ? column : -1;
}

std::vector<int> Cleaner::columns_for(FieldSet wanted, const ColumnBinding& binding) {
  wanted.insert(Field::timestamp);
  if (wanted.contains(Field::company)) wanted.insert(Field::email);
  std::vector<int> columns;
  for (std::size_t field = 0; field < stored_field_count; ++field) {
    const int column = binding.index[field];
    if (wanted.contains(static_cast<Field>(field)) && column >= 0) columns.push_back(column);
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

}  // namespace weir
