// The companies of the domains met so far: each domain is looked up in the Public Suffix List once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "clean/text_arena.h"

namespace weir {

// Open addressing, linear probing, at most half full. Not thread-safe.
class CompanyTable {
 public:
  CompanyTable();

  // The company of an address. The text lives as long as the table, or, once the table holds max_domains, as long as
  // `overflow` keeps it: a dump of ever new domains must not take ever more memory here.
  [[nodiscard]] std::string_view company(std::string_view email, TextArena& overflow);
  // Puts in place of each address its company. Faster than one by one: what is looked at is asked for ahead of its
  // turn, because the table is larger than the nearest caches.
  void replace_by_companies(std::span<std::string_view> emails, TextArena& overflow);

  static constexpr std::size_t max_domains = std::size_t{1} << 18U;

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t entry = 0;  // 1 + its place in entries_; 0: free
  };
  struct Entry {
    // The domain, where it is short: beside its company, so that one look-up touches one place.
    std::array<char, short_text_max_bytes> short_domain{};
    std::string_view domain;
    std::string_view company;
  };
  struct Wanted {
    std::string_view domain;  // empty: there is none
    std::uint32_t hash = 0;
  };
  [[nodiscard]] Wanted wanted_of(std::string_view email) const;
  [[nodiscard]] std::string_view find(const Wanted& wanted, TextArena& overflow);
  template <class Same>
  [[nodiscard]] std::string_view find(const Wanted& wanted, TextArena& overflow, Same same);
  [[nodiscard]] std::string_view compute(const Wanted& wanted, TextArena& overflow);
  [[nodiscard]] std::size_t free_slot(std::uint32_t hash) const;
  void grow();

  const HashSecrets secrets_ = hash_secrets();
  std::vector<Slot> slots_;
  std::vector<Entry> entries_;
  TextArena texts_;
};

}  // namespace weir
