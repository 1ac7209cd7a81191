#include "clean/company_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <optional>

#include "clean/clean.h"
#include "clean/domain.h"
#include "clean/same_text.h"
#include "weir/event.h"

namespace weir {
namespace {

constexpr std::size_t first_slots = 4096;

// domain_of(), empty where there is none.
std::string_view domain_in(std::string_view email) {
  if (email.size() <= short_text_max_bytes) [[likely]] {
    const std::size_t at = ShortText::of(email).last_of('@');
    return at >= email.size() ? std::string_view() : email.substr(at + 1);
  }
  return domain_of(email).value_or(std::string_view());
}

}  // namespace

CompanyTable::CompanyTable() : slots_(first_slots) {}

CompanyTable::Wanted CompanyTable::wanted_of(std::string_view email) const {
  const std::string_view domain = domain_in(email);
  if (domain.size() <= short_text_max_bytes) [[likely]] {
    return {domain, static_cast<std::uint32_t>(ShortText::of(domain).hash(secrets_))};
  }
  return {domain, static_cast<std::uint32_t>(XXH3_64bits_withSeed(domain.data(), domain.size(), secrets_.words[0]))};
}

template <class Same>
std::string_view CompanyTable::find(const Wanted& wanted, TextArena& overflow, Same same) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = wanted.hash & mask; slots_[i].entry != 0; i = (i + 1) & mask) {
    if (slots_[i].hash != wanted.hash) continue;
    const Entry& entry = entries_[slots_[i].entry - 1];
    if (same(entry)) return entry.company;
  }
  return compute(wanted, overflow);
}

std::string_view CompanyTable::find(const Wanted& wanted, TextArena& overflow) {
  const std::string_view domain = wanted.domain;
  if (domain.empty()) return unknown_company;
  if (domain.size() <= short_text_max_bytes) [[likely]] {
    const ShortText text = ShortText::of(domain);
    return find(wanted, overflow, [&](const Entry& entry) {
      return entry.domain.size() == domain.size() &&
             ShortText::of_padded(entry.short_domain.data(), domain.size()) == text;
    });
  }
  return find(wanted, overflow, [&](const Entry& entry) { return entry.domain == domain; });
}

std::string_view CompanyTable::company(std::string_view email, TextArena& overflow) {
  return find(wanted_of(email), overflow);
}

void CompanyTable::replace_by_companies(std::span<std::string_view> emails, TextArena& overflow) {
  constexpr std::size_t at_a_time = 32;
  std::array<Wanted, at_a_time> wanted;
  while (!emails.empty()) {
    const std::span<std::string_view> some = emails.first(std::min(at_a_time, emails.size()));
    emails = emails.subspan(some.size());
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < some.size(); ++i) {
      wanted[i] = wanted_of(some[i]);
      __builtin_prefetch(&slots_[wanted[i].hash & mask]);
    }
    for (std::size_t i = 0; i < some.size(); ++i) some[i] = find(wanted[i], overflow);
  }
}

struct CompanyFinder::State {
  CompanyTable companies;
  TextArena overflow;
};

CompanyFinder::CompanyFinder() : state_(std::make_unique<State>()) {}
CompanyFinder::~CompanyFinder() = default;

void CompanyFinder::replace(std::span<std::string_view> emails) {
  state_->overflow.clear();
  state_->companies.replace_by_companies(emails, state_->overflow);
}

std::string_view CompanyTable::compute(const Wanted& wanted, TextArena& overflow) {
  const std::string company = company_of_domain(wanted.domain);
  if (entries_.size() == max_domains) return overflow.store(company);
  if (2 * (entries_.size() + 1) > slots_.size()) grow();
  Entry& entry = entries_.emplace_back();
  if (wanted.domain.size() <= short_text_max_bytes) std::ranges::copy(wanted.domain, entry.short_domain.begin());
  entry.domain = texts_.store(wanted.domain);
  entry.company = texts_.store(company);
  slots_[free_slot(wanted.hash)] = {wanted.hash, static_cast<std::uint32_t>(entries_.size())};
  return entry.company;
}

std::size_t CompanyTable::free_slot(std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].entry != 0) i = (i + 1) & mask;
  return i;
}

void CompanyTable::grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.entry != 0) slots_[free_slot(slot.hash)] = slot;
  }
}

}  // namespace weir
