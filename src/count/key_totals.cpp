#include <algorithm>
#include <array>

#include "count/hash.h"
#include "count/key_run.h"
#include "count/key_table.h"
#include "weir/period.h"
#include "weir/rollup.h"

namespace weir {
namespace {

// Enough for the table's prefetching, few enough for their texts to stay in the nearest cache.
constexpr std::size_t keys_at_once = 512;

tl::unexpected<Error> damaged(Field field, const std::string& where) {
  return fail("cannot read a rollup of", where,
              std::string("one of the key runs of ").append(name_of(field)).append(" is damaged"),
              "load its dump again with `weir ingest --force`, or restore the database from a backup");
}

}  // namespace

struct KeyTotals::State {
  Field field;
  counting::KeyTable table{};
  std::optional<std::uint64_t> nulls{};
  std::uint64_t events = 0;

  // Room kept from run to run.
  std::vector<counting::Probe> probes{};
  std::vector<std::uint64_t> counts{};

  void add(std::span<const KeyCount> keys) {
    probes.clear();
    counts.clear();
    for (const KeyCount& key : keys) {
      events += key.events;
      if (key.key.data() == nullptr) {
        nulls = nulls.value_or(0) + key.events;
      } else {
        probes.push_back({counting::hash_key(key.key, hash_secrets()), key.key});
        counts.push_back(key.events);
      }
    }
    table.add(probes, counts);
  }

  [[nodiscard]] std::vector<KeyCount> keys() const {
    std::vector<KeyCount> keys;
    keys.reserve(table.size() + 2);  // NULL, and the key it is answered as
    table.for_each([&](std::string_view key, std::uint64_t seen) { keys.push_back({key, seen}); });
    if (nulls) keys.push_back({{}, *nulls});
    return keys;
  }
};

KeyTotals::KeyTotals(Field field) : state_(new State{.field = field}) {}
KeyTotals::~KeyTotals() = default;
KeyTotals::KeyTotals(KeyTotals&&) noexcept = default;
KeyTotals& KeyTotals::operator=(KeyTotals&&) noexcept = default;

Status read_keys(const KeyRun& run, const std::string& where,
                 const std::function<void(std::span<const KeyCount> keys)>& take) {
  counting::KeyRunReader reader(run.bytes);
  std::uint64_t events = 0;
  std::uint64_t keys = 0;
  for (auto some = reader.next(keys_at_once); !some.empty(); some = reader.next(keys_at_once)) {
    keys += some.size();
    for (const KeyCount& key : some) events += key.events;
    take(some);
  }
  if (reader.ok() && keys == run.keys && events == run.events) return {};
  return damaged(run.field, where);
}

Status KeyTotals::add(const KeyRun& run, std::uint64_t first_rank, std::span<const RankCount> ranks,
                      const std::string& where) {
  counting::KeyPlaceReader reader(run.bytes);
  std::string texts;
  std::vector<std::size_t> begins;
  std::vector<KeyCount> found;
  const auto add_found = [&] {
    begins.push_back(texts.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::string_view text = std::string_view(texts).substr(begins[i], begins[i + 1] - begins[i]);
      if (found[i].key.data() != nullptr) found[i].key = text;
    }
    state_->add(found);
    texts.clear();
    begins.clear();
    found.clear();
  };
  for (const RankCount& rank : ranks) {
    if (rank.rank < first_rank) return damaged(run.field, where);
    const std::optional<KeyCount> key = reader.at(rank.rank - first_rank);
    if (!key || rank.events > key->events) return damaged(run.field, where);
    begins.push_back(texts.size());
    texts += key->key;
    found.push_back({key->key, rank.events});
    if (found.size() == keys_at_once) add_found();
  }
  add_found();
  return {};
}

Status KeyTotals::add(const KeyRun& run, const std::string& where) {
  return read_keys(run, where, [this](std::span<const KeyCount> keys) { state_->add(keys); });
}

void KeyTotals::add(std::string_view key, std::uint64_t events) {
  const std::array one{KeyCount{key, events}};
  state_->add(one);
}

void KeyTotals::add(std::span<const KeyCount> keys) {
  state_->add(keys);
}

std::uint64_t KeyTotals::events() const {
  return state_->events;
}

std::vector<DayCount> KeyTotals::days() const {
  std::vector<DayCount> days;
  state_->table.for_each([&](std::string_view key, std::uint64_t events) {
    const std::optional<Period> period = parse_period(key);
    if (period && period->granularity() == Granularity::day) days.push_back({period->first_day(), events});
  });
  if (state_->nulls) days.push_back({no_day, *state_->nulls});
  return days;
}

std::vector<KeyCount> KeyTotals::in_order() const {
  counting::SortedKeys sorted = counting::sorted_keys(state_->keys());
  if (sorted.nulls) sorted.keys.insert(sorted.keys.begin(), KeyCount{{}, *sorted.nulls});
  return std::move(sorted.keys);
}

Answer KeyTotals::answer(const Question& question, std::uint64_t events, const AnswerOptions& options) const {
  AnswerBuilder builder(question, options);
  state_->table.for_each([&](std::string_view key, std::uint64_t seen) { builder.add(key, seen); });
  if (state_->nulls) builder.add({}, *state_->nulls);
  return builder.finish(events);
}

Status KeyTotals::run(DayNumber first_day, DayNumber last_day, const TakeKeyRun& take) const {
  return counting::write_key_run(state_->field, first_day, last_day, counting::sorted_keys(state_->keys()), take);
}

}  // namespace weir
