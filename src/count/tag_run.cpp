#include "count/tag_run.h"

#include <algorithm>
#include <bit>

#include "count/tag_bytes.h"
#include "count/tag_lists.h"

namespace weir::counting {
namespace {

// Ranks of a field's keys by their marks.
class MarkedRanks {
 public:
  // False: two of them have one mark.
  [[nodiscard]] bool add(const SortedKeys& keys) {
    slots_.resize(std::bit_ceil(2 * keys.keys.size() + 1));
    const std::uint32_t first = keys.nulls ? 1 : 0;
    for (std::size_t i = 0; i < keys.keys.size(); ++i) {
      const std::uint64_t mark = mark_of(keys.keys[i].key, hash_secrets());
      Slot& slot = find(mark);
      if (slot.mark == mark) return false;
      slot = {mark, first + static_cast<std::uint32_t>(i)};
    }
    return true;
  }
  void fetch(std::uint64_t mark) const { __builtin_prefetch(&slots_[mark & (slots_.size() - 1)]); }
  // The mark is that of one of the keys; NULL is the first of all.
  [[nodiscard]] std::uint32_t of(std::uint64_t mark) { return mark == null_mark ? 0 : find(mark).rank; }

 private:
  struct Slot {
    std::uint64_t mark = null_mark;  // null_mark: free
    std::uint32_t rank = 0;
  };
  Slot& find(std::uint64_t mark) {
    std::size_t i = mark & (slots_.size() - 1);
    while (slots_[i].mark != mark && slots_[i].mark != null_mark) i = (i + 1) & (slots_.size() - 1);
    return slots_[i];
  }
  std::vector<Slot> slots_;  // a power of two of them
};

// A month's rows with tags, numbered through all parts.
class Month {
 public:
  Month(std::span<const TagPart> parts, DayNumber first_day, DayNumber last_day);
  // False: marks do not tell the keys apart.
  [[nodiscard]] bool rank(const SortedKeys& users, const SortedKeys& companies);
  // Once they are ranked: take(tag, its lists of days, users and companies), ascending by tag.
  template <class Take>
  void lists(Take take) const;

 private:
  void rank_part(const TagPart& part, const std::vector<std::uint32_t>& means, MarkedRanks& by_user,
                 MarkedRanks& by_company);

  std::span<const TagPart> parts_;
  DayNumber first_day_;
  std::vector<std::string_view> tags_;             // in order
  std::vector<std::vector<std::uint32_t>> means_;  // one a part: which of them its numbers mean
  std::vector<std::size_t> ends_;                  // of each tag among tagged_
  std::vector<std::uint32_t> tagged_;              // rows, tag by tag
  RowRanks days_, users_, companies_;
};

Month::Month(std::span<const TagPart> parts, DayNumber first_day, DayNumber last_day)
    : parts_(parts), first_day_(first_day) {
  // 0 is no day, 1 the run's first.
  days_.end = first_day == no_day ? 1 : static_cast<std::size_t>(last_day - first_day) + 2;
  for (const TagPart& part : parts) tags_.insert(tags_.end(), part.tags->texts().begin(), part.tags->texts().end());
  std::ranges::sort(tags_);
  tags_.erase(std::unique(tags_.begin(), tags_.end()), tags_.end());
  for (const TagPart& part : parts) {
    std::vector<std::uint32_t>& means = means_.emplace_back();
    for (const std::string_view text : part.tags->texts()) {
      means.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(tags_, text) - tags_.begin()));
    }
  }
  ends_.resize(tags_.size() + 1);
}

// Some rows at a time, so that their users' slots are fetched before they are looked at.
void Month::rank_part(const TagPart& part, const std::vector<std::uint32_t>& means, MarkedRanks& by_user,
                      MarkedRanks& by_company) {
  constexpr std::size_t at_once = 64;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> marks;
  const auto find = [&] {
    for (const auto& [user, company] : marks) {
      users_.of_row.push_back(by_user.of(user));
      companies_.of_row.push_back(by_company.of(company));
    }
    marks.clear();
  };
  part.rows->for_each([&](const TagRow& row) {
    by_user.fetch(row.user);
    by_company.fetch(row.company);
    marks.emplace_back(row.user, row.company);
    if (marks.size() == at_once) find();
    days_.of_row.push_back(row.day == no_day ? 0 : static_cast<std::uint32_t>(row.day - first_day_) + 1);
    const char* at = row.tags;
    for (std::uint32_t i = 0; i < row.tag_count; ++i) ++ends_[means[next_number(at)] + 1];
  });
  find();
}

bool Month::rank(const SortedKeys& users, const SortedKeys& companies) {
  MarkedRanks by_user;
  MarkedRanks by_company;
  if (!by_user.add(users) || !by_company.add(companies)) return false;
  users_.end = users.keys.size() + 1;
  companies_.end = companies.keys.size() + 1;
  std::size_t rows = 0;
  for (const TagPart& part : parts_) rows += part.rows->size();
  for (RowRanks* ranks : {&days_, &users_, &companies_}) ranks->of_row.reserve(rows);
  for (std::size_t i = 0; i < parts_.size(); ++i) rank_part(parts_[i], means_[i], by_user, by_company);
  for (std::size_t tag = 0; tag + 1 < ends_.size(); ++tag) ends_[tag + 1] += ends_[tag];
  tagged_.resize(ends_.back());
  std::uint32_t row_number = 0;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i].rows->for_each([&](const TagRow& row) {
      const char* at = row.tags;
      for (std::uint32_t tag = 0; tag < row.tag_count; ++tag) tagged_[ends_[means_[i][next_number(at)]]++] = row_number;
      ++row_number;
    });
  }
  return true;
}

template <class Take>
void Month::lists(Take take) const {
  TagLists lists;
  std::size_t begin = 0;
  for (std::size_t tag = 0; tag < tags_.size(); ++tag) {
    const std::span<const std::uint32_t> rows = std::span(tagged_).subspan(begin, ends_[tag] - begin);
    begin = ends_[tag];
    if (rows.empty()) continue;  // of other months
    take(tags_[tag], lists.list(rows, days_), lists.list(rows, users_), lists.list(rows, companies_));
  }
}

bool read_body(const TagBody& body, const TagRun& run, FieldSet fields, TagCounts& counts) {
  bool ok = true;
  if (fields.contains(Field::day)) {
    ok = read_days(body.days, run, [&](DayNumber day, std::uint64_t events) { counts.days.push_back({day, events}); });
  }
  const auto read = [&](Field field, std::string_view list, std::vector<RankCount>& out) {
    if (!fields.contains(field)) return;
    ok = read_list(list, [&](std::uint32_t rank, std::uint64_t events) { out.push_back({rank, events}); }) && ok;
  };
  read(Field::email, body.users, counts.users);
  read(Field::company, body.companies, counts.companies);
  return ok;
}

// nullopt: the bytes are no such piece.
std::optional<TagCounts> find_tag(const TagRun& run, std::string_view tag, FieldSet fields) {
  TagBodyReader reader(run.bytes);
  TagCounts counts;
  for (auto body = reader.next(); body && body->tag <= tag; body = reader.next()) {
    if (body->tag == tag && !read_body(*body, run, fields, counts)) return std::nullopt;
  }
  return reader.ok() ? std::optional(std::move(counts)) : std::nullopt;
}

}  // namespace

std::optional<std::vector<TagRun>> make_tag_run(std::span<const TagPart> parts, DayNumber first_day, DayNumber last_day,
                                                const SortedKeys& users, const SortedKeys& companies) {
  Month month(parts, first_day, last_day);
  if (!month.rank(users, companies)) return std::nullopt;
  TagPieces pieces(first_day, last_day);
  month.lists([&](std::string_view tag, const std::string& days, const std::string& users_list,
                  const std::string& companies_list) { pieces.put(tag, days, users_list, companies_list); });
  return pieces.take();
}

}  // namespace weir::counting

namespace weir {

Result<TagCounts> read_tag_run(const TagRun& run, std::string_view tag, FieldSet fields, const std::string& where) {
  if (auto counts = counting::find_tag(run, tag, fields)) return std::move(*counts);
  return fail("cannot read a rollup of", where, "one of its tag runs is damaged",
              "load its dump again with `weir ingest --force`, or restore the database from a backup");
}

}  // namespace weir
