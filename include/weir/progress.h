// How far a scan is: written by the scan's threads, read by whoever shows it. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace weir {

struct Progress {
  std::atomic<std::uint64_t> bytes_total{0};  // as stored; 0 unknown
  std::atomic<std::uint64_t> bytes_read{0};   // as stored
  std::atomic<std::uint64_t> rows_read{0};
};

// Set by the signal handler (SIGINT, SIGTERM); whoever loops over bytes or batches asks, and returns
// interrupted_error().
[[nodiscard]] bool interrupted();
void request_interrupt();  // async-signal-safe
void clear_interrupt();    // for tests

}  // namespace weir
