#include "cli/verification.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "base/text.h"
#include "cli_queries.h"
#include "ingest/content_hash.h"
#include "ingest/version.h"
#include "source/http.h"
#include "store/sql.h"

namespace weir::cli {
namespace {

using Row = std::span<const QueryValue>;
using Counts = std::map<std::string, std::uint64_t>;  // events by key

// Hands each row of a query to a function.
class EachRow final : public RowSink {
 public:
  explicit EachRow(std::function<void(Row)> take) : take_(std::move(take)) {}
  Status begin(std::span<const QueryColumn>) override { return {}; }
  Result<bool> row(Row values) override {
    take_(values);
    return true;
  }

 private:
  std::function<void(Row)> take_;
};

Status each_row(Store& store, std::string sql, std::function<void(Row)> take) {
  EachRow sink(std::move(take));
  return store.query({std::move(sql), 0}, sink);
}

std::uint64_t number_of(const QueryValue& value) {
  return source::parse_size(value.text).value_or(0);
}

// "1 row", "1,200,000 rows"
std::string words(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", format_count(count), noun, count == 1 ? "" : "s");
}

std::string name_of(const Ingestion& loaded) {
  return fmt::format("{} of {}", to_string(loaded.slot.period), loaded.slot.source);
}

// What is stored of one ingestion.
struct Stored {
  std::uint64_t rows = 0;
  std::uint64_t rejects = 0;
  std::string first_day;
  std::string last_day;
};

std::string day_text(DayNumber day) {
  return day == no_day ? std::string() : format_day(day);
}

Finding compare(const Ingestion& loaded, const Stored& stored) {
  Finding finding{Verdict::ok, name_of(loaded), "", ""};
  const auto differ = [&](const std::string& what, const std::string& ledger, const std::string& found) {
    if (ledger == found) return;
    finding.verdict = Verdict::problem;
    finding.text += fmt::format("{}{} {} in the ledger, {} stored", finding.text.empty() ? "" : "; ", what,
                                ledger.empty() ? "none" : ledger, found.empty() ? "none" : found);
  };
  differ("rows:", format_count(loaded.rows_loaded), format_count(stored.rows));
  differ("rejects:", format_count(loaded.rows_rejected), format_count(stored.rejects));
  differ("first day:", day_text(loaded.first_day), stored.first_day);
  differ("last day:", day_text(loaded.last_day), stored.last_day);
  if (finding.verdict == Verdict::ok) {
    finding.text =
        fmt::format("{} and {}, as the ledger says", words(stored.rows, "row"), words(stored.rejects, "reject"));
  } else {
    finding.next = fmt::format("`weir ingest {} --force` loads it again", to_string(loaded.slot.period));
  }
  return finding;
}

Result<Counts> counted_by(Store& store, const Question& question) {
  const std::string sql =
      question.field == Field::tags
          ? std::string(cli_queries::events_by_tag)
          : sql::fill_template(cli_queries::events_by_key, {{"field", weir::name_of(question.field)}});
  Counts counts;
  WEIR_TRY(each_row(store, sql, [&](Row row) {
    const bool none = row[0].kind == ValueKind::null;
    counts[none ? std::string(none_key) : std::string(row[0].text)] += number_of(row[1]);
  }));
  return counts;
}

Finding compare(const Answer& answer, Counts counted) {
  const std::size_t distinct = counted.size();
  std::vector<std::string> wrong;
  for (const Count& count : answer.rows) {
    const auto found = counted.find(count.key);
    const std::uint64_t rows = found == counted.end() ? 0 : found->second;
    if (rows != count.events) wrong.push_back(count.key);
    if (found != counted.end()) counted.erase(found);
  }
  for (const auto& [key, rows] : counted) wrong.push_back(key);
  const std::string about(answer.question->name);
  if (wrong.empty()) {
    return {Verdict::ok, about, fmt::format("{}, answered as the rows count them", words(distinct, "key")), ""};
  }
  return {Verdict::problem, about,
          fmt::format("{}, answered otherwise than the rows count them, such as '{}'", words(wrong.size(), "key"),
                      wrong.front()),
          "load the periods again with `weir ingest PERIOD --force`"};
}

Finding changed(const Ingestion& loaded, std::string why) {
  return {Verdict::problem, "source of " + to_string(loaded.slot.period), std::move(why),
          fmt::format("`weir ingest {}` loads it", to_string(loaded.slot.period))};
}

Finding not_seen(const Ingestion& loaded, std::string why, std::string next) {
  return {Verdict::warning, "source of " + to_string(loaded.slot.period), std::move(why), std::move(next)};
}

Finding gone(const Ingestion& loaded) {
  return not_seen(loaded, fmt::format("there is nothing at {} any more", loaded.uri), "");
}

Result<Finding> look_at(Sources& sources, const Ingestion& loaded) {
  WEIR_TRY_ASSIGN(const std::optional<Object> object, sources.stat(loaded.uri));
  if (!object) return gone(loaded);
  Sameness sameness = compare_version(loaded, *object);
  if (sameness == Sameness::unsure && is_local_file(*object)) {
    WEIR_TRY_ASSIGN(const std::unique_ptr<ByteStream> stream, sources.open(loaded.uri));
    WEIR_TRY_ASSIGN(const std::string hash, content_hash_of(*stream));
    sameness = hash == loaded.content_hash ? Sameness::same : Sameness::different;
  }
  if (sameness == Sameness::different) return changed(loaded, loaded.uri + " is another version than was loaded");
  if (sameness == Sameness::unsure) {
    return not_seen(loaded, loaded.uri + " tells no version", "--read reads it again, and compares");
  }
  return Finding{Verdict::ok, "source of " + to_string(loaded.slot.period), loaded.uri + " is what was loaded", ""};
}

Result<Finding> read_again(Sources& sources, const Ingestion& loaded, const ScanOptions& options) {
  WEIR_TRY_ASSIGN(const std::optional<Object> object, sources.stat(loaded.uri));
  if (!object) return gone(loaded);
  WEIR_TRY_ASSIGN(const std::unique_ptr<Dump> dump, open_dump(sources, loaded.uri, options, nullptr));
  const std::unique_ptr<EventReader> reader = dump->reader();
  EventBatch batch;
  for (bool more = true; more;) {
    WEIR_TRY_ASSIGN(more, reader->next(batch));
  }
  WEIR_TRY_ASSIGN(const ScanSummary read, dump->summary());
  if (read.content_hash != loaded.content_hash) {
    return changed(loaded, fmt::format("{} has other bytes than were loaded", loaded.uri));
  }
  if (read.rows_loaded != loaded.rows_loaded || read.rows_rejected != loaded.rows_rejected) {
    return changed(loaded, fmt::format("the same bytes read as {} and {} now, and as {} and {} then, by weir {}",
                                       words(read.rows_loaded, "row"), words(read.rows_rejected, "reject"),
                                       words(loaded.rows_loaded, "row"), words(loaded.rows_rejected, "reject"),
                                       loaded.weir_version));
  }
  return Finding{Verdict::ok, "source of " + to_string(loaded.slot.period),
                 fmt::format("{} was read again: the same bytes, {}, {}", loaded.uri, words(read.rows_loaded, "row"),
                             words(read.rows_rejected, "reject")),
                 ""};
}

Finding finding_of(const Ingestion& loaded, Result<Finding> looked) {
  if (looked) return *std::move(looked);
  return problem_of("source of " + to_string(loaded.slot.period), looked.error());
}

// What came through a pipe, or from an address with secrets, is not there to be looked at again.
bool is_gone_by(const Ingestion& loaded) {
  return loaded.uri == "-" || loaded.uri.starts_with("http://") || loaded.uri.starts_with("https://");
}

}  // namespace

Result<std::vector<Finding>> verify_rows(Store& store, const std::vector<Ingestion>& loaded) {
  std::map<std::int64_t, Stored> stored;
  WEIR_TRY(each_row(store, std::string(cli_queries::rows_of_ingestions), [&](Row row) {
    Stored& one = stored[static_cast<std::int64_t>(number_of(row[0]))];
    one.rows = number_of(row[1]);
    one.first_day = row[2].text;
    one.last_day = row[3].text;
  }));
  WEIR_TRY(each_row(store, std::string(cli_queries::rejects_of_ingestions), [&](Row row) {
    stored[static_cast<std::int64_t>(number_of(row[0]))].rejects = number_of(row[1]);
  }));
  std::vector<Finding> findings;
  findings.reserve(loaded.size());
  for (const Ingestion& ingestion : loaded) findings.push_back(compare(ingestion, stored[ingestion.id]));
  return findings;
}

Result<std::vector<Finding>> verify_counts(Store& store) {
  AnswerOptions all;
  all.limit = std::nullopt;
  std::vector<Finding> findings;
  for (const Question* const question : all_questions()) {
    const std::array<const Question*, 1> one{question};
    WEIR_TRY_ASSIGN(const Store::Answers answers, store.answer(one, {}, all));
    WEIR_TRY_ASSIGN(Counts counted, counted_by(store, *question));
    findings.push_back(compare(answers.answers.front(), std::move(counted)));
  }
  return findings;
}

Finding verify_source(Sources& sources, const Ingestion& loaded) {
  if (is_gone_by(loaded)) return not_seen(loaded, loaded.uri + " is not looked at again", "");
  return finding_of(loaded, look_at(sources, loaded));
}

Finding verify_by_reading(Sources& sources, const Ingestion& loaded, const ScanOptions& options) {
  if (is_gone_by(loaded)) return not_seen(loaded, loaded.uri + " is not read again", "");
  return finding_of(loaded, read_again(sources, loaded, options));
}

}  // namespace weir::cli
