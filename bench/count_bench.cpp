// What counting costs: time a key of hashing and of tables; time a row, once each question is asked alone and once all
// of them together, over batches shaped like a month's dump (heavy-tailed users and companies, three tags a row). The
// target is 125 ns a row for all seven on one core.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "count/count.h"
#include "count/hash.h"
#include "count/key_table.h"
#include "count/small_table.h"

namespace weir {
namespace {

constexpr std::size_t rows_count = 1'200'000;
constexpr std::size_t batch_rows = 3'000;  // about what 512 KiB of CSV hold; rows_count is a multiple

// A month's users, and one batch of everything else, which stands for every batch: a decoder, too, leaves its rows in
// the second-level cache, where counting finds them. Text is laid out row by row, as a decoder leaves it. Users are as
// many as in a month, for what counting costs is mostly finding them.
class Month {
 public:
  explicit Month(std::size_t users) {
    text_.reserve(batch_rows * 200);  // views must not move
    emails_text_.reserve(rows_count * 40);
    add_rows();
    for (std::size_t row = 0; row < rows_count; ++row) {
      emails_.push_back(put(emails_text_, "first.last@example.com", rank(users)));
    }
  }

  // A batch of a reader's own, for fill().
  [[nodiscard]] EventBatch batch() const { return batch_; }
  [[nodiscard]] static std::size_t batches() { return rows_count / batch_rows; }

  [[nodiscard]] std::span<const std::string_view> emails() const { return emails_; }
  [[nodiscard]] std::span<const std::string_view> countries() const { return batch_.country; }

  // Makes it the month's batch of this number.
  void fill(EventBatch& batch, std::size_t number) const {
    const auto from = emails_.begin() + static_cast<std::ptrdiff_t>(number * batch_rows);
    std::copy_n(from, batch_rows, batch.email.begin());
  }

 private:
  // A rank below `distinct`, small ones more often.
  std::size_t rank(std::size_t distinct) {
    const double uniform = std::generate_canonical<double, 53>(random_);
    return static_cast<std::size_t>(uniform * uniform * static_cast<double>(distinct));
  }

  static std::string_view put(std::string& text, const std::string& word, std::size_t number) {
    const std::size_t begin = text.size();
    text += word;
    text += std::to_string(number);
    return std::string_view(text).substr(begin);
  }

  void add_rows() {
    batch_.rows = batch_rows;
    batch_.email.resize(batch_rows);
    batch_.tags.offsets.push_back(0);
    for (std::size_t row = 0; row < batch_rows; ++row) {
      batch_.company.push_back(put(text_, "company-", rank(2'500)));
      batch_.country.push_back(put(text_, "Country ", rank(240)));
      batch_.action.push_back(put(text_, "action", rank(12)));
      batch_.uri.push_back(put(text_, "resource", rank(200)));
      for (int tag = 0; tag < 3; ++tag) batch_.tags.values.push_back(put(text_, "tag number ", rank(400)));
      batch_.tags.offsets.push_back(static_cast<std::uint32_t>(batch_.tags.values.size()));
      batch_.day.push_back(static_cast<DayNumber>(18'718 + random_() % 30));
    }
  }

  std::mt19937_64 random_{1};
  std::string text_;
  std::string emails_text_;
  EventBatch batch_;
  std::vector<std::string_view> emails_;
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
        EventBatch batch = month.batch();
        for (std::size_t i = lane; i < Month::batches(); i += lanes) {
          month.fill(batch, i);
          end.append(batch);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (std::size_t i = 0; i < questions.size(); ++i) benchmark::DoNotOptimize(counter.answer(i, {}));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows_count));
}

// Keys in the cache.
void hash_of_emails(benchmark::State& state) {
  const auto emails = month_of(300'000).emails().first(batch_rows);
  const HashSecrets& secrets = hash_secrets();
  for ([[maybe_unused]] auto _ : state) {
    for (const std::string_view email : emails) benchmark::DoNotOptimize(counting::hash_key(email, secrets));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(emails.size()));
}
BENCHMARK(hash_of_emails);

void table_of_countries(benchmark::State& state) {
  const auto countries = month_of(300'000).countries();
  counting::SmallTable table;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(table.count(countries, hash_secrets()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(countries.size()));
}
BENCHMARK(table_of_countries);

// A table that grows past every cache, without partitions. Argument: users.
void table_of_users(benchmark::State& state) {
  const auto emails = month_of(static_cast<std::size_t>(state.range(0))).emails();
  std::vector<counting::HashedPlace> places(batch_rows);
  for ([[maybe_unused]] auto _ : state) {
    counting::KeyTable table;
    for (std::size_t done = 0; done < emails.size(); done += batch_rows) {
      const auto keys = emails.subspan(done, batch_rows);
      for (std::uint32_t i = 0; i < batch_rows; ++i) places[i] = {counting::hash_key(keys[i], hash_secrets()), i};
      table.count(keys, places);
    }
    benchmark::DoNotOptimize(table.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows_count));
}
BENCHMARK(table_of_users)->Arg(300'000)->Arg(1'200'000)->Unit(benchmark::kMillisecond);

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
