#include "store/rollups.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/key_runs.h"
#include "store/tag_index.h"
#include "store/tag_sums.h"
#include "weir/period.h"
#include "weir/progress.h"
#include "weir/tags.h"

namespace weir::rollups {
namespace {

// Without its parts a sum is left for a later load to make.
Status add_up(RollupTable& table, Field field, const Merge& merge) {
  KeyTotals totals(field);
  const auto add = [&](const KeyRun& run) { return totals.add(run, table.where()); };
  WEIR_TRY_ASSIGN(const bool complete, try_read_runs(table, merge.runs, add));
  if (!complete) return {};
  WEIR_TRY(table.erase(merge.replaced_ids));
  return totals.run(merge.first_day, merge.last_day,
                    [&](const KeyRun& run) { return table.insert(merge.ingestion_ids, run); });
}

Status merge_year(RollupTable& table, int year, FieldSet fields, std::span<const Ingestion> loaded) {
  WEIR_TRY_ASSIGN(const std::vector<RunRow> rows, table.rows(fields, year));
  std::map<Field, std::vector<RunRow>> by_field;
  for (const RunRow& row : rows) by_field[row.field].push_back(row);
  for (const auto& [field, of_field] : by_field) {
    if (const std::optional<Merge> merge = due_merge(year, of_field, loaded)) {
      WEIR_TRY(add_up(table, field, *merge));
    }
  }
  return {};
}

// One question's field on its way to an answer.
struct Part {
  Cover cover;
  KeyTotals totals;
};

class Answering {
 public:
  Answering(RollupTable& table, const Filter& filter, std::vector<Ingestion> loaded)
      : table_(table), filter_(filter), loaded_(std::move(loaded)) {}

  Status count(FieldSet fields);
  // The days between since and until.
  [[nodiscard]] std::vector<DayCount> days() const;
  [[nodiscard]] Result<Store::Answers> answers(std::span<const Question* const> questions,
                                               const AnswerOptions& options);

 private:
  Status count_runs(FieldSet fields);
  Status count_left(Field field, Part& part);
  Status count_tag(const std::string& tag, FieldSet fields);
  Status count_rows(Field field, const std::vector<Ingestion>* ingestions, Part& part);
  [[nodiscard]] Status check(Field field, std::uint64_t events) const;

  RollupTable& table_;
  const Filter& filter_;
  std::vector<Ingestion> loaded_;
  std::map<Field, std::vector<RunRow>> rows_;
  std::map<Field, Part> parts_;
};

Status Answering::count_runs(FieldSet fields) {
  WEIR_TRY_ASSIGN(std::vector<RunRow> rows, table_.rows(fields, std::nullopt));
  for (RunRow& row : rows) rows_[row.field].push_back(std::move(row));
  std::vector<const RunRow*> wanted;
  for (std::size_t i = 0; i < counted_field_count; ++i) {
    const auto field = static_cast<Field>(i);
    if (!fields.contains(field)) continue;
    Part part{cover(field, rows_[field], loaded_, filter_), KeyTotals(field)};
    wanted.insert(wanted.end(), part.cover.runs.begin(), part.cover.runs.end());
    parts_.emplace(field, std::move(part));
  }
  const auto add = [&](const KeyRun& run) { return parts_.at(run.field).totals.add(run, table_.where()); };
  WEIR_TRY(read_runs(table_, wanted, add));
  for (auto& [field, part] : parts_) WEIR_TRY(count_left(field, part));
  return {};
}

// What the runs do not cover.
Status Answering::count_left(Field field, Part& part) {
  const std::set<std::int64_t> ids(part.cover.ingestion_ids.begin(), part.cover.ingestion_ids.end());
  std::vector<Ingestion> ingestions;
  std::ranges::copy_if(loaded_, std::back_inserter(ingestions), [&](const Ingestion& i) { return ids.contains(i.id); });
  if (ingestions.empty()) return {};
  return count_rows(field, &ingestions, part);
}

Status Answering::count_rows(Field field, const std::vector<Ingestion>* ingestions, Part& part) {
  return table_.count_rows(field, ingestions, filter_,
                           [&](const KeyCount& count) { part.totals.add(count.key, count.events); });
}

Status Answering::count_tag(const std::string& tag, FieldSet fields) {
  std::map<Field, KeyTotals*> totals;
  for (const Field field : {Field::day, Field::email, Field::company}) {
    if (!fields.contains(field)) continue;
    Part& part = parts_.emplace(field, Part{{}, KeyTotals(field)}).first->second;
    totals.emplace(field, &part.totals);
  }
  WEIR_TRY_ASSIGN(const std::vector<std::int64_t> left, count_indexed(table_, tag, loaded_, filter_, totals));
  for (auto& [field, part] : parts_) {
    part.cover.ingestion_ids = left;
    WEIR_TRY(count_left(field, part));
  }
  return {};
}

Status Answering::count(FieldSet fields) {
  if (filter_.where.empty()) return count_runs(fields);
  if (const std::optional<std::string> tag = indexed_tag(fields, filter_)) return count_tag(*tag, fields);
  for (std::size_t i = 0; i < counted_field_count; ++i) {
    const auto field = static_cast<Field>(i);
    if (!fields.contains(field)) continue;
    Part& part = parts_.emplace(field, Part{{}, KeyTotals(field)}).first->second;
    WEIR_TRY(count_rows(field, nullptr, part));
  }
  return {};
}

std::vector<DayCount> Answering::days() const {
  std::vector<DayCount> days = parts_.at(Field::day).totals.days();
  std::erase_if(days, [&](const DayCount& count) {
    if (!filter_.since && !filter_.until) return false;
    if (count.day == no_day) return true;
    return (filter_.since && count.day < *filter_.since) || (filter_.until && count.day > *filter_.until);
  });
  return days;
}

// Every event has one key of a field, NULL among them; only tags may be several, and so their pairs.
Status Answering::check(Field field, std::uint64_t events) const {
  const std::uint64_t counted = parts_.at(field).totals.events();
  const bool counts_once = field != Field::tags && field != Field::tag_pair && field != Field::day;
  if (!counts_once || counted == events) return {};
  return fail("cannot answer from", table_.where(),
              fmt::format("its counts disagree: {} events by day, {} by {}", events, counted, name_of(field)),
              "this is a mistake in weir: report it; `weir ingest --force` of the periods makes their rollups anew");
}

Result<Store::Answers> Answering::answers(std::span<const Question* const> questions, const AnswerOptions& options) {
  Store::Answers answers;
  const std::vector<DayCount> day_counts = days();
  for (const DayCount& count : day_counts) {
    answers.events += count.events;
    if (count.day == no_day) continue;
    answers.first_day = answers.first_day == no_day ? count.day : std::min(answers.first_day, count.day);
    answers.last_day = std::max(answers.last_day, count.day);
  }
  for (const Question* question : questions) {
    WEIR_TRY(unless_interrupted(table_));
    WEIR_TRY(check(question->field, answers.events));
    answers.answers.push_back(question->field == Field::day
                                  ? make_day_answer(*question, answers.events, day_counts, options)
                                  : parts_.at(question->field).totals.answer(*question, answers.events, options));
  }
  answers.loaded = std::move(loaded_);
  return answers;
}

// Each condition's patterns, replaced by the keys that they match among all that are loaded: what a letter's other case
// is must not depend on the database.
Result<Filter> without_patterns(RollupTable& table, Filter filter, const std::vector<Ingestion>& loaded) {
  for (Condition& condition : filter.where) {
    if (condition.like.empty()) continue;
    const auto all = all_questions();
    const auto question = std::ranges::find(all, condition.field, &Question::field);
    if (question == all.end()) {
      return fail("cannot answer from", table.where(), fmt::format("{} cannot be searched", name_of(condition.field)),
                  "ask for its value as it is");
    }
    const Filter everything;
    Answering answering(table, everything, loaded);
    WEIR_TRY(answering.count({Field::day, condition.field}));
    const AnswerOptions every_key{.limit = std::nullopt, .missing = Missing::drop, .fill = {}};
    WEIR_TRY_ASSIGN(const Store::Answers keys, answering.answers(std::span(&*question, 1), every_key));
    const std::vector<Pattern> patterns(condition.like.begin(), condition.like.end());
    for (const Count& count : keys.answers.front().rows) {
      const auto matches = [&](const Pattern& pattern) { return pattern.matches(count.key); };
      if (std::ranges::any_of(patterns, matches)) condition.any_of.emplace_back(count.key);
    }
    condition.like.clear();
  }
  return filter;
}

}  // namespace

Status write_rollup(RollupTable& table, std::int64_t ingestion_id, RollupCounter& counter,
                    std::span<const Ingestion> loaded) {
  std::set<int> years;
  FieldSet fields;
  WEIR_TRY(counter.runs(
      [&](const KeyRun& run) {
        fields.insert(run.field);
        if (run.first_day != no_day) years.insert(to_civil(run.first_day).year);
        return table.insert(std::span(&ingestion_id, 1), run);
      },
      [&](const TagRun& run) { return table.insert_tags(std::span(&ingestion_id, 1), run); }));
  for (const int year : years) WEIR_TRY(merge_year(table, year, fields, loaded));
  return add_up_tags(table, loaded);
}

Result<Store::Answers> answer(RollupTable& table, std::span<const Question* const> questions, const Filter& filter,
                              const AnswerOptions& options, std::vector<Ingestion> loaded) {
  FieldSet fields{Field::day};
  for (const Question* question : questions) fields.insert(question->field);
  WEIR_TRY_ASSIGN(const Filter plain, without_patterns(table, filter, loaded));
  Answering answering(table, plain, std::move(loaded));
  WEIR_TRY(answering.count(fields));
  return answering.answers(questions, options);
}

Result<std::vector<DayCount>> count_days(RollupTable& table, const Filter& filter, std::vector<Ingestion> loaded) {
  Answering answering(table, filter, std::move(loaded));
  WEIR_TRY(answering.count({Field::day}));
  return answering.days();
}

}  // namespace weir::rollups
