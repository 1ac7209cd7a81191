#include <algorithm>
#include <map>

#include "count/key_run.h"
#include "count/tag_bytes.h"
#include "count/tag_lists.h"
#include "weir/rollup.h"

namespace weir {
namespace {

tl::unexpected<Error> damaged(const std::string& where) {
  return fail("cannot add up the index of tags of", where, "its runs are damaged, or do not belong together",
              "load its dumps again with `weir ingest --force`, or restore the database from a backup");
}

// Ranks of a part's keys among all.
using Ranks = std::vector<std::uint32_t>;

}  // namespace

struct TagTotals::State {
  struct Part {
    Ranks users;
    Ranks companies;
    std::vector<TagRun> tags;
  };
  struct Body {
    const Part* part;
    const TagRun* run;
    counting::TagBody lists;
  };

  State(const KeyTotals& of_users, const KeyTotals& of_companies)
      : users(of_users.in_order()), companies(of_companies.in_order()) {}

  Status add_keys(std::span<const KeyCount> all, Ranks& ranks, const KeyRun& run, std::uint64_t first_rank,
                  const std::string& where) const;
  [[nodiscard]] bool add_ranks(std::string_view list, const Ranks& ranks, counting::RankSums& sums) const;

  std::vector<KeyCount> users;
  std::vector<KeyCount> companies;
  std::map<std::size_t, Part> parts{};
};

TagTotals::TagTotals(const KeyTotals& users, const KeyTotals& companies)
    : state_(std::make_unique<State>(users, companies)) {}
TagTotals::~TagTotals() = default;

// Both are in order, so the search goes on from where it was.
Status TagTotals::State::add_keys(std::span<const KeyCount> all, Ranks& ranks, const KeyRun& run,
                                  std::uint64_t first_rank, const std::string& where) const {
  if (ranks.size() < first_rank + run.keys) ranks.resize(first_rank + run.keys);
  const auto before = [](const KeyCount& key, const KeyCount& other) {
    const bool is_null = key.key.data() == nullptr;
    if (is_null || other.key.data() == nullptr) return is_null && other.key.data() != nullptr;
    return key.key < other.key;
  };
  auto at = all.begin();
  std::uint64_t rank = first_rank;
  bool found = true;
  WEIR_TRY(read_keys(run, where, [&](std::span<const KeyCount> keys) {
    for (const KeyCount& key : keys) {
      std::ptrdiff_t step = 1;
      while (step < all.end() - at && before(at[step], key)) {
        at += step;
        step *= 2;
      }
      at = std::lower_bound(at, at + std::min(step + 1, all.end() - at), key, before);
      found = found && at != all.end() && !before(key, *at);
      if (!found) return;
      ranks[rank++] = static_cast<std::uint32_t>(at - all.begin());
    }
  }));
  return found ? Status{} : damaged(where);
}

bool TagTotals::State::add_ranks(std::string_view list, const Ranks& ranks, counting::RankSums& sums) const {
  bool within = true;
  const bool ok = counting::read_list(list, [&](std::uint32_t rank, std::uint64_t events) {
    within = within && rank < ranks.size();
    if (within) sums.add(ranks[rank], events);
  });
  return ok && within;
}

Status TagTotals::add_users(std::size_t part, const KeyRun& run, std::uint64_t first_rank, const std::string& where) {
  return state_->add_keys(state_->users, state_->parts[part].users, run, first_rank, where);
}

Status TagTotals::add_companies(std::size_t part, const KeyRun& run, std::uint64_t first_rank,
                                const std::string& where) {
  return state_->add_keys(state_->companies, state_->parts[part].companies, run, first_rank, where);
}

void TagTotals::add(std::size_t part, TagRun run) {
  state_->parts[part].tags.push_back(std::move(run));
}

Status TagTotals::run(DayNumber first_day, DayNumber last_day, const TakeTagRun& take, const std::string& where) const {
  std::map<std::string_view, std::vector<State::Body>> bodies;
  for (const auto& [number, part] : state_->parts) {
    for (const TagRun& run : part.tags) {
      counting::TagBodyReader reader(run.bytes);
      while (const auto body = reader.next()) bodies[body->tag].push_back({&part, &run, *body});
      if (!reader.ok()) return damaged(where);
    }
  }
  counting::RankSums days(static_cast<std::size_t>(last_day - first_day) + 2);
  counting::RankSums users(state_->users.size());
  counting::RankSums companies(state_->companies.size());
  counting::TagPieces pieces(first_day, last_day);
  for (const auto& [tag, of_tag] : bodies) {
    for (const State::Body& body : of_tag) {
      bool within = true;
      bool ok = counting::read_days(body.lists.days, *body.run, [&](DayNumber day, std::uint64_t events) {
        within = within && (day == no_day || (day >= first_day && day <= last_day));
        if (within) days.add(day == no_day ? 0 : static_cast<std::uint32_t>(day - first_day) + 1, events);
      });
      ok = ok && state_->add_ranks(body.lists.users, body.part->users, users);
      ok = ok && state_->add_ranks(body.lists.companies, body.part->companies, companies);
      if (!ok || !within) return damaged(where);
    }
    pieces.put(tag, days.take(), users.take(), companies.take());
  }
  for (const TagRun& run : pieces.take()) WEIR_TRY(take(run));
  return {};
}

}  // namespace weir
