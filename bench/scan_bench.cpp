// What reading costs: bytes a second of the scanner at each vector level, with all columns and with two, on plain and
// on awkward texts; and a field's cost in timestamps, tags and companies. One thread.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "clean/clean.h"
#include "clean/company_table.h"
#include "clean/text_arena.h"
#include "decode/decode.h"

namespace weir {
namespace {

constexpr std::size_t rows_count = 200'000;

class Words {
 public:
  std::string of(const char* stem, std::size_t distinct) { return stem + std::to_string(random_() % distinct); }
  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  std::mt19937_64 random_{1};
};

std::string date(std::size_t day) {
  return "2021-04-" + std::string(day < 9 ? "0" : "") + std::to_string(day + 1);
}

std::string tags(Words& words) {
  return "['" + words.of("tag", 400) + "', '" + words.of("other", 400) + "', '" + words.of("word", 400) + "']";
}

// `quote`: around every field, not only where it is needed.
std::string dump(const std::string& quote, const std::string& line_end, const std::string& country) {
  Words words;
  std::string text = "id,timestamp,email,country,ip,uri,action,tags" + line_end;
  for (std::size_t row = 0; row < rows_count; ++row) {
    for (const std::string& field :
         {words.of("048fa0d8-1e63-4325-bd99-", 1'000'000'000), date(row * 30 / rows_count),
          words.of("first.last", 300'000) + "@" + words.of("company-", 2500) + ".com", words.of(country.c_str(), 240),
          words.of("119.245.133.", 255), words.of("page", 40), words.of("act", 12)}) {
      text += quote + field + quote + ",";
    }
    text += "\"" + tags(words) + "\"" + line_end;
  }
  return text;
}

class Text final : public ByteStream {
 public:
  explicit Text(std::string_view rest) : rest_(rest) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = rest_.copy(buffer.data(), buffer.size());
    rest_.remove_prefix(count);
    return count;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::string_view rest_;
  Object object_{.uri = "bench.csv", .bytes = std::nullopt, .version = {}};
};

void scan(benchmark::State& state, const std::string& text, const std::vector<int>& columns) {
  CsvOptions options;
  options.simd = std::min(static_cast<SimdLevel>(state.range(0)), best_simd_level());
  for ([[maybe_unused]] auto _ : state) {
    auto opened = CsvDump::open(std::make_unique<Text>(text), options);
    (*opened)->select(columns);
    const auto reader = (*opened)->reader();
    RowBatch batch;
    std::size_t rows = 0;
    while (reader->next(batch).value_or(false)) rows += batch.rows;
    if (rows != rows_count) state.SkipWithError("rows were lost");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows_count));
}

// Arguments: the level, as in simd_level.h; those that the processor lacks fall back to its best.
void scan_all_columns(benchmark::State& state) {
  static const std::string text = dump("", "\n", "Country ");
  scan(state, text, {0, 1, 2, 3, 4, 5, 6, 7});
}
BENCHMARK(scan_all_columns)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

void scan_two_columns(benchmark::State& state) {
  static const std::string text = dump("", "\n", "Country ");
  scan(state, text, {1, 3});
}
BENCHMARK(scan_two_columns)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

void scan_all_quoted_crlf(benchmark::State& state) {
  static const std::string text = dump("\"", "\r\n", "Country ");
  scan(state, text, {0, 1, 2, 3, 4, 5, 6, 7});
}
BENCHMARK(scan_all_quoted_crlf)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

void scan_beyond_ascii(benchmark::State& state) {
  static const std::string text = dump("", "\n", "\u00C5land \u65E5\u672C ");
  scan(state, text, {0, 1, 2, 3, 4, 5, 6, 7});
}
BENCHMARK(scan_beyond_ascii)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

void scan_quotes_inside_fields(benchmark::State& state) {
  static const std::string text = dump("", "\n", "5\" pipe ");
  scan(state, text, {0, 1, 2, 3, 4, 5, 6, 7});
}
BENCHMARK(scan_quotes_inside_fields)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

// Runs `one` over `texts` again and again; time an item is what counts.
template <class One>
void each(benchmark::State& state, const std::vector<std::string>& texts, One one) {
  for ([[maybe_unused]] auto _ : state) {
    for (const std::string& text : texts) one(text);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(texts.size()));
}

std::vector<std::string> texts_of(const std::function<std::string(Words&)>& make) {
  Words words;
  std::vector<std::string> texts;
  for (int i = 0; i < 4096; ++i) texts.push_back(make(words));
  return texts;
}

void timestamp_date(benchmark::State& state) {
  each(state, texts_of([](Words& words) { return date(words.below(30)); }),
       [](const std::string& text) { benchmark::DoNotOptimize(parse_timestamp(text)); });
}
BENCHMARK(timestamp_date);

void timestamp_iso(benchmark::State& state) {
  each(state, texts_of([](Words& words) {
         return date(words.below(30)) + "T10:30:" + std::to_string(10 + words.below(50)) + "Z";
       }),
       [](const std::string& text) { benchmark::DoNotOptimize(parse_timestamp(text)); });
}
BENCHMARK(timestamp_iso);

void tags_list(benchmark::State& state) {
  TextArena arena;
  std::vector<std::string_view> values;
  each(state, texts_of(tags), [&](const std::string& text) {
    values.clear();
    parse_tags(text, arena, values);
    benchmark::DoNotOptimize(values.data());
  });
}
BENCHMARK(tags_list);

void company(benchmark::State& state) {
  TextArena overflow;
  CompanyTable table;
  each(state, texts_of([](Words& words) {
         return words.of("first.last", 300'000) + "@" + words.of("company-", 2500) + ".com";
       }),
       [&](const std::string& text) { benchmark::DoNotOptimize(table.company(text, overflow)); });
}
BENCHMARK(company);

}  // namespace
}  // namespace weir
