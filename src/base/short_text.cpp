#include "base/short_text.h"

#include <random>

namespace weir {

const HashSecrets& hash_secrets() {
  static const HashSecrets secrets = [] {
    std::random_device device;
    HashSecrets drawn;
    for (std::uint64_t& word : drawn.words) word = std::uint64_t{device()} << 32U | device();
    return drawn;
  }();
  return secrets;
}

}  // namespace weir
