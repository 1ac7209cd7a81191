// What counting costs: time a row, once each question is asked alone and once all of them together, over batches shaped
// like a month's dump (heavy-tailed users and companies, three tags a row). The target is 125 ns a row for all seven on
// one core.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "count/count.h"

namespace weir {
namespace {

constexpr std::size_t rows_count = 1'200'000;
constexpr std::size_t batch_rows = 3'600;  // what 512 KiB of CSV hold

// Batches over text laid out row by row, as a decoder leaves it.
class Month {
 public:
  explicit Month(std::size_t users) {
    for (std::size_t done = 0; done < rows_count; done += batch_rows) {
      add_batch(std::min(batch_rows, rows_count - done), users);
    }
  }
  [[nodiscard]] const std::vector<EventBatch>& batches() const { return batches_; }

 private:
  // A rank below `distinct`, small ones more often.
  std::size_t rank(std::size_t distinct) {
    const double uniform = std::generate_canonical<double, 53>(random_);
    return static_cast<std::size_t>(uniform * uniform * static_cast<double>(distinct));
  }

  std::string_view put(const std::string& word, std::size_t number) {
    std::string& text = *text_.back();
    const std::size_t begin = text.size();
    text += word;
    text += std::to_string(number);
    return std::string_view(text).substr(begin);
  }

  void add_batch(std::size_t rows, std::size_t users) {
    text_.push_back(std::make_unique<std::string>());
    text_.back()->reserve(rows * 200);  // views must not move
    EventBatch& batch = batches_.emplace_back();
    batch.rows = rows;
    batch.tags.offsets.push_back(0);
    for (std::size_t row = 0; row < rows; ++row) {
      batch.email.push_back(put("first.last@example.com", rank(users)));
      batch.company.push_back(put("company-", rank(2'500)));
      batch.country.push_back(put("Country ", rank(240)));
      batch.action.push_back(put("action", rank(12)));
      batch.uri.push_back(put("resource", rank(200)));
      for (int tag = 0; tag < 3; ++tag) batch.tags.values.push_back(put("tag number ", rank(400)));
      batch.tags.offsets.push_back(static_cast<std::uint32_t>(batch.tags.values.size()));
      batch.day.push_back(static_cast<DayNumber>(18'718 + random_() % 30));
    }
  }

  std::mt19937_64 random_{1};
  std::vector<std::unique_ptr<std::string>> text_;
  std::vector<EventBatch> batches_;
};

const Month& month_of(std::size_t users) {
  static const Month some(300'000);
  static const Month many(1'200'000);
  return users <= 300'000 ? some : many;
}

void count(benchmark::State& state, const std::vector<const Question*>& questions, const Filter& filter,
           const Month& month, std::size_t lanes) {
  for ([[maybe_unused]] auto _ : state) {
    Counter counter(questions, filter);
    std::vector<std::thread> threads;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      threads.emplace_back([&, lane] {
        Counter::Lane& end = counter.lane();
        for (std::size_t i = lane; i < month.batches().size(); i += lanes) end.append(month.batches()[i]);
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (std::size_t i = 0; i < questions.size(); ++i) benchmark::DoNotOptimize(counter.answer(i, {}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows_count));
}

void one_question(benchmark::State& state) {
  const Question* question = all_questions()[static_cast<std::size_t>(state.range(0))];
  state.SetLabel(std::string(question->name));
  count(state, {question}, {}, month_of(300'000), 1);
}
BENCHMARK(one_question)->DenseRange(0, 6)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

// Arguments: users, lanes.
void all_of_them(benchmark::State& state) {
  count(state, {all_questions().begin(), all_questions().end()}, {}, month_of(static_cast<std::size_t>(state.range(0))),
        static_cast<std::size_t>(state.range(1)));
}
BENCHMARK(all_of_them)
    ->ArgsProduct({{300'000, 1'200'000}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void filtered_to_half(benchmark::State& state) {
  Filter filter;
  filter.since = 18'733;
  count(state, {all_questions().begin(), all_questions().end()}, filter, month_of(300'000), 1);
}
BENCHMARK(filtered_to_half)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();

}  // namespace
}  // namespace weir
