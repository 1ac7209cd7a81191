#include "sample/population.h"

#include <fmt/format.h>

#include <bit>
#include <iterator>

#include "sample/random.h"
#include "sample/words.h"

namespace weir::sample {
namespace {

enum Kind : std::uint64_t { name_kind = 1, company_kind, country_kind, network_kind, suffix_kind };

// Of the numbers in addresses, last digit first.
constexpr std::string_view base_digits = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::uint64_t base = base_digits.size();

// One of the words for each number, the same for the same number.
std::string_view pick(std::span<const std::string_view> words, std::uint64_t random) {
  return words[multiply_high(random, words.size())];
}

// A number below 2^bits for each number below 2^bits, so that numbers in addresses do not tell ranks.
std::uint64_t shuffled(std::uint64_t number, unsigned bits) {
  const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
  number = (number * 0x9E3779B1U + 0x7F4A7C15U) & mask;  // odd factor: one to one modulo 2^bits
  number ^= number >> (bits / 2 + 1);                    // one to one, too
  return (number * 0x85EBCA6BU) & mask;
}

}  // namespace

Population::Population(const PopulationOptions& options)
    : options_(options), number_bits_(static_cast<unsigned>(std::bit_width(options.users))) {}

std::uint64_t Population::trait(std::uint64_t user, std::uint64_t kind) const {
  return scatter(scatter(scatter(options_.seed) + kind) + user);
}

void Population::append_email(std::uint64_t user, std::string& out) const {
  out += pick(first_names(), trait(user, name_kind));
  for (std::uint64_t number = shuffled(user, number_bits_) + 1; number > 0; number /= base)
    out += base_digits[number % base];
  out += '@';
  append_domain(rank_squared(trait(user, company_kind), options_.companies), out);
}

void Population::append_domain(std::uint64_t company, std::string& out) const {
  // Steps coprime to the number of names, so that neighbours in rank do not share a word and none comes twice.
  const std::uint64_t names = company_beginnings().size() * company_endings().size();
  const std::uint64_t name = (company * 1'237) % names;
  out += company_beginnings()[name % company_beginnings().size()];
  if (scatter(company) % 4 == 0) out += '-';
  out += company_endings()[name / company_beginnings().size()];
  out += '.';
  out += pick(suffixes(), trait(company, suffix_kind));
}

std::string_view Population::country(std::uint64_t user) const {
  return countries()[rank_cubed(trait(user, country_kind), countries().size())];
}

void Population::append_ip(std::uint64_t user, std::uint64_t random, std::string& out) const {
  const std::uint64_t network = trait(user, network_kind);
  if (network % 64 == 0) {  // 2001:db8::/32 is for documentation (RFC 3849)
    fmt::format_to(std::back_inserter(out), "2001:db8:{:x}::{:x}", (network >> 16U) & 0xFFFFU, random & 0xFFU);
    return;
  }
  fmt::format_to(std::back_inserter(out), "{}.{}.{}.{}", 11 + (network >> 8U) % 180, (network >> 16U) & 0xFFU,
                 (network >> 24U) & 0xFFU, random & 0xFFU);
}

}  // namespace weir::sample
