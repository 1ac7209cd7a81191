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
  return fail("cannot read a rollup of", where,
              std::string("one of the key runs of ").append(name_of(run.field)).append(" is damaged"),
              "load its dump again with `weir ingest --force`, or restore the database from a backup");
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

Answer KeyTotals::answer(const Question& question, std::uint64_t events, const AnswerOptions& options) const {
  AnswerBuilder builder(question, options);
  state_->table.for_each([&](std::string_view key, std::uint64_t seen) { builder.add(key, seen); });
  if (state_->nulls) builder.add({}, *state_->nulls);
  return builder.finish(events);
}

Status KeyTotals::run(DayNumber first_day, DayNumber last_day, const TakeKeyRun& take) const {
  std::vector<KeyCount> keys = state_->keys();
  return counting::write_key_run(state_->field, first_day, last_day, keys, take);
}

}  // namespace weir
