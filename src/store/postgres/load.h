// One dump on its way into a PostgreSQL database: see weir/store.h, Load.
#pragma once

#include <memory>

#include "store/postgres/advisory_lock.h"
#include "weir/store.h"

namespace weir::postgres {

// The lock of a slot, waited for. A month also excludes its days, and they it, so that which of them are loaded stays
// as it is under the lock; days of one month do not exclude each other. A schema that is missing or old is no obstacle.
[[nodiscard]] Result<std::unique_ptr<AdvisoryLock>> lock_slot(const Address& address, const StoreOptions& options,
                                                              const Slot& slot, const std::string& verb,
                                                              const std::string& what);
// Holds `lock`, which is the slot's, until it is destroyed. The schema is current.
[[nodiscard]] Result<std::unique_ptr<Load>> make_load(const Address& address, std::unique_ptr<AdvisoryLock> lock,
                                                      const Slot& slot);

}  // namespace weir::postgres
