// Who appears in sample dumps: users with their address, company and country, the same in every month of one seed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::sample {

struct PopulationOptions {
  std::uint64_t seed = 1;
  std::uint64_t users = 400'000;    // 1 to 100,000,000
  std::uint64_t companies = 2'500;  // 1 to 2,500, the names there are
};

// Users are numbers below `users`, the most active first. A user's company and country never change. Immutable.
class Population {
 public:
  explicit Population(const PopulationOptions& options);
  [[nodiscard]] std::uint64_t users() const { return options_.users; }
  // Appends the address; different for any two users.
  void append_email(std::uint64_t user, std::string& out) const;
  [[nodiscard]] std::string_view country(std::uint64_t user) const;
  // Appends an address of the user's network, its last part by `random`.
  void append_ip(std::uint64_t user, std::uint64_t random, std::string& out) const;
  // Appends the domain of the company with this rank, the largest first; no two have the same name.
  void append_domain(std::uint64_t company, std::string& out) const;

 private:
  [[nodiscard]] std::uint64_t trait(std::uint64_t user, std::uint64_t kind) const;

  PopulationOptions options_;
  unsigned number_bits_;  // enough for every user's number
};

}  // namespace weir::sample
