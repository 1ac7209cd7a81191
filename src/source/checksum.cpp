#include "source/checksum.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace weir::source {

class ChecksumCheck::Digest {
 public:
  virtual ~Digest() = default;
  virtual void update(std::string_view bytes) = 0;
  virtual std::string hex() = 0;
};

namespace {

// A reflected CRC that begins and ends inverted, eight bytes a step: table i has what a byte comes to i bytes later.
template <class Word>
using CrcTables = std::array<std::array<Word, 256>, 8>;

template <class Word>
constexpr CrcTables<Word> crc_tables(Word polynomial) {
  CrcTables<Word> tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    Word crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? polynomial : Word{0});
    tables[0][byte] = crc;
  }
  for (std::size_t i = 1; i < tables.size(); ++i) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const Word before = tables[i - 1][byte];
      tables[i][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
    }
  }
  return tables;
}

// Polynomials of "CRC-32/ISO-HDLC", "CRC-32/ISCSI" and "CRC-64/NVME", reflected.
constexpr CrcTables<std::uint32_t> crc32_tables = crc_tables<std::uint32_t>(0xEDB88320U);
constexpr CrcTables<std::uint32_t> crc32c_tables = crc_tables<std::uint32_t>(0x82F63B78U);
constexpr CrcTables<std::uint64_t> crc64nvme_tables = crc_tables<std::uint64_t>(0x9A6C9329AC4BC9B5U);

std::uint64_t load_little_endian(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

template <class Word>
class CrcDigest final : public ChecksumCheck::Digest {
 public:
  explicit CrcDigest(const CrcTables<Word>& tables) : tables_(tables) {}

  void update(std::string_view bytes) override {
    Word crc = crc_;
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    for (; end - at >= 8; at += 8) {
      const std::uint64_t word = load_little_endian(at) ^ crc;
      crc = tables_[7][word & 0xFFU] ^ tables_[6][(word >> 8U) & 0xFFU] ^ tables_[5][(word >> 16U) & 0xFFU] ^
            tables_[4][(word >> 24U) & 0xFFU] ^ tables_[3][(word >> 32U) & 0xFFU] ^ tables_[2][(word >> 40U) & 0xFFU] ^
            tables_[1][(word >> 48U) & 0xFFU] ^ tables_[0][word >> 56U];
    }
    for (; at != end; ++at) crc = (crc >> 8U) ^ tables_[0][(crc ^ static_cast<unsigned char>(*at)) & 0xFFU];
    crc_ = crc;
  }
  std::string hex() override { return fmt::format("{:0{}x}", static_cast<Word>(~crc_), 2 * sizeof(Word)); }

 private:
  const CrcTables<Word>& tables_;
  Word crc_ = static_cast<Word>(~Word{0});
};

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

class EvpDigest final : public ChecksumCheck::Digest {
 public:
  // Where OpenSSL will not have the kind (MD5 of a FIPS machine) `usable` is false.
  explicit EvpDigest(const EVP_MD* kind) : context_(EVP_MD_CTX_new()) {
    usable_ = context_ && EVP_DigestInit_ex(context_.get(), kind, nullptr) == 1;
  }
  [[nodiscard]] bool usable() const { return usable_; }

  void update(std::string_view bytes) override { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
    std::string text;
    for (unsigned i = 0; i < length; ++i) fmt::format_to(std::back_inserter(text), "{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
  bool usable_ = false;
};

std::unique_ptr<ChecksumCheck::Digest> digest_of(std::string_view kind) {
  if (kind == "crc32") return std::make_unique<CrcDigest<std::uint32_t>>(crc32_tables);
  if (kind == "crc32c") return std::make_unique<CrcDigest<std::uint32_t>>(crc32c_tables);
  if (kind == "crc64nvme") return std::make_unique<CrcDigest<std::uint64_t>>(crc64nvme_tables);
  if (kind != "sha256" && kind != "md5") return nullptr;
  auto digest = std::make_unique<EvpDigest>(kind == "md5" ? EVP_md5() : EVP_sha256());
  if (!digest->usable()) return nullptr;
  return digest;
}

}  // namespace

ChecksumCheck::ChecksumCheck(std::string_view checksum) {
  const std::size_t colon = checksum.find(':');
  if (colon == std::string_view::npos) return;
  kind_ = checksum.substr(0, colon);
  digest_ = digest_of(kind_);
  if (digest_) expected_ = checksum.substr(colon + 1);
}

ChecksumCheck::ChecksumCheck(ChecksumCheck&&) noexcept = default;
ChecksumCheck& ChecksumCheck::operator=(ChecksumCheck&&) noexcept = default;
ChecksumCheck::~ChecksumCheck() = default;

void ChecksumCheck::update(std::string_view bytes) {
  if (digest_) digest_->update(bytes);
}

Status ChecksumCheck::verdict(const char* what, const std::string& where) {
  if (digest_) found_ = digest_->hex();
  digest_.reset();
  if (found_ == expected_) return {};
  return fail(what, where,
              fmt::format("the bytes do not have the checksum that the server gives ({} {}, expected {})", kind_,
                          found_, expected_),
              "try again; if it stays so the object is damaged, or the server's etags are no MD5 sums "
              "(AWS_RESPONSE_CHECKSUM_VALIDATION=when_required reads without the check)");
}

std::optional<std::string> base64_to_hex(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string hex;
  for (const char c : bytes.substr(0, static_cast<std::size_t>(length) - padding)) {
    fmt::format_to(std::back_inserter(hex), "{:02x}", static_cast<unsigned char>(c));
  }
  return hex;
}

}  // namespace weir::source
