// Any bytes through decompress(): no crash, no hang, and the same outcome however the source cuts them.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "decode/decode.h"

namespace {

using namespace weir;

class PieceStream final : public ByteStream {
 public:
  PieceStream(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), piece_, bytes_.size()});
    std::copy_n(bytes_.data(), count, buffer.data());
    bytes_.remove_prefix(count);
    return count;
  }
  [[nodiscard]] const Object& object() const override { return object_; }

 private:
  std::string_view bytes_;
  std::size_t piece_;
  Object object_;
};

// The plain bytes, up to a bound (a small input may stand for gigabytes), and whether they ended well.
struct Outcome {
  std::string plain;
  bool ok = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(std::string_view bytes, std::size_t piece) {
  constexpr std::size_t plain_max_bytes = std::size_t{1} << 20U;
  Outcome outcome;
  auto stream = decompress(std::make_unique<PieceStream>(bytes, piece), nullptr, nullptr);
  if (!stream) return outcome;
  std::vector<char> buffer(4096);
  while (outcome.plain.size() < plain_max_bytes) {
    const Result<std::size_t> got = (*stream)->read(buffer);
    if (!got) return outcome;
    if (*got == 0) break;
    outcome.plain.append(buffer.data(), *got);
  }
  outcome.plain.resize(std::min(outcome.plain.size(), plain_max_bytes));
  outcome.ok = true;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = outcome_of(bytes, SIZE_MAX);
  const Outcome pieces = outcome_of(bytes, 7);
  if (whole.ok != pieces.ok || (whole.ok && whole != pieces)) std::abort();
  return 0;
}
