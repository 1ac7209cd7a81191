#include "clean/company_table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "clean/domain.h"
#include "clean/same_text.h"
#include "weir/event.h"

namespace weir {
namespace {

constexpr std::size_t first_slots = 4096;

std::uint64_t load(const char* bytes, std::size_t count) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, count);
  return word;
}

std::uint64_t mixed(std::uint64_t value) {
  value *= 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio, as in Fibonacci hashing
  return value ^ (value >> 32U);
}

// Domains are short: eight bytes a step, the last step overlapping.
std::uint64_t hash_of(std::string_view text) {
  const char* const bytes = text.data();
  std::uint64_t hash = mixed(text.size());
  if (text.size() < 8) return mixed(hash ^ load(bytes, text.size()));
  for (std::size_t i = 0; i + 8 < text.size(); i += 8) hash = mixed(hash ^ load(bytes + i, 8));
  return mixed(hash ^ load(bytes + text.size() - 8, 8));
}

}  // namespace

CompanyTable::CompanyTable() : slots_(first_slots) {}

CompanyTable::Wanted CompanyTable::wanted_of(std::string_view email) {
  const std::optional<std::string_view> domain = domain_of(email);
  if (!domain || domain->empty()) return {};
  return {*domain, hash_of(*domain)};
}

std::string_view CompanyTable::find(const Wanted& wanted, TextArena& overflow) {
  if (wanted.domain.empty()) return unknown_company;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = wanted.hash & mask; slots_[i].domain.data() != nullptr; i = (i + 1) & mask) {
    if (slots_[i].hash == wanted.hash && same_text(slots_[i].domain, wanted.domain)) return slots_[i].company;
  }
  return compute(wanted.domain, wanted.hash, overflow);
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
    for (std::size_t i = 0; i < some.size(); ++i) __builtin_prefetch(slots_[wanted[i].hash & mask].domain.data());
    for (std::size_t i = 0; i < some.size(); ++i) some[i] = find(wanted[i], overflow);
  }
}

std::string_view CompanyTable::compute(std::string_view domain, std::uint64_t hash, TextArena& overflow) {
  const std::string company = company_of_domain(domain);
  if (used_ == max_domains) return overflow.store(company);
  if (2 * (used_ + 1) > slots_.size()) grow();
  Slot& slot = slots_[free_slot(hash)];
  slot = {hash, texts_.store(domain), texts_.store(company)};
  ++used_;
  return slot.company;
}

std::size_t CompanyTable::free_slot(std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i].domain.data() != nullptr) i = (i + 1) & mask;
  return i;
}

void CompanyTable::grow() {
  std::vector<Slot> old(2 * slots_.size());
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.domain.data() != nullptr) slots_[free_slot(slot.hash)] = slot;
  }
}

}  // namespace weir
