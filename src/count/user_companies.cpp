#include "count/user_companies.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "count/hash.h"

namespace weir::counting {
namespace {

// Enough for prefetching, few enough for their texts to stay in the nearest cache.
constexpr std::size_t users_at_once = 256;

// One thread's part of the users.
class CompanySums {
 public:
  explicit CompanySums(const MakeCompaniesOf& companies_of) : companies_of_(companies_of()) {}

  void add(const KeyTable& users) {
    users.for_each([this](std::string_view user, std::uint64_t events) {
      texts_.push_back(user);
      events_.push_back(events);
      if (texts_.size() == users_at_once) flush();
    });
    flush();
  }
  [[nodiscard]] KeyTable take_sums() { return std::move(sums_); }

 private:
  void flush() {
    companies_of_(texts_);
    probes_.clear();
    for (const std::string_view company : texts_) probes_.push_back({hash_key(company, secrets_), company});
    sums_.add(probes_, events_);
    texts_.clear();
    events_.clear();
  }

  const CompaniesOf companies_of_;
  const HashSecrets secrets_ = hash_secrets();
  KeyTable sums_;
  std::vector<std::string_view> texts_;  // users, then their companies
  std::vector<std::uint64_t> events_;
  std::vector<Probe> probes_;
};

// Shares the partitions out among threads.
class Work {
 public:
  explicit Work(const PartitionedTable& users) : users_(users) {}

  // On any thread. A table that finds no memory ends all the work.
  void run(CompanySums& sums) noexcept {
    try {
      for (std::size_t i = next_++; i < PartitionedTable::partition_count; i = next_++) sums.add(users_.partition(i));
    } catch (...) {
      next_ = PartitionedTable::partition_count;
      const std::scoped_lock guard(lock_);
      failure_ = std::current_exception();
    }
  }
  // After every run().
  void rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const PartitionedTable& users_;
  std::atomic<std::size_t> next_{0};
  std::mutex lock_;
  std::exception_ptr failure_;
};

}  // namespace

KeyTable companies_of_users(const PartitionedTable& users, const MakeCompaniesOf& companies_of, std::size_t threads) {
  std::deque<CompanySums> parts;
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) parts.emplace_back(companies_of);
  Work work(users);
  {
    std::vector<std::jthread> helpers;
    try {
      for (std::size_t i = 1; i < parts.size(); ++i) {
        helpers.emplace_back([&work, &part = parts[i]] { work.run(part); });
      }
    } catch (const std::system_error&) {
      // Fewer threads than wanted are slower, not wrong.
    }
    work.run(parts.front());
  }
  work.rethrow_failure();
  KeyTable sums = parts.front().take_sums();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    parts[i].take_sums().for_each([&](std::string_view company, std::uint64_t events) {
      sums.add({hash_key(company, hash_secrets()), company}, events);
    });
  }
  return sums;
}

}  // namespace weir::counting
