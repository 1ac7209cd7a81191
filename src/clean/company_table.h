// The companies of the domains met so far: each domain is looked up in the Public Suffix List once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

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
    std::uint64_t hash = 0;
    std::string_view domain;  // data() is nullptr in a free slot
    std::string_view company;
  };

  struct Wanted {
    std::string_view domain;  // empty: there is none
    std::uint64_t hash = 0;
  };
  [[nodiscard]] static Wanted wanted_of(std::string_view email);
  [[nodiscard]] std::string_view find(const Wanted& wanted, TextArena& overflow);
  [[nodiscard]] std::string_view compute(std::string_view domain, std::uint64_t hash, TextArena& overflow);
  [[nodiscard]] std::size_t free_slot(std::uint64_t hash) const;
  void grow();

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  TextArena texts_;
};

}  // namespace weir
