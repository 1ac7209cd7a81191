#include "source/s3_checksum.h"

#include <algorithm>
#include <array>
#include <optional>

#include "source/checksum.h"

namespace weir::source {
namespace {

// The cheapest to compute first.
constexpr std::array<const char*, 4> kinds{"crc64nvme", "crc32c", "crc32", "sha256"};
constexpr std::size_t md5_digits = 32;

bool is_about_all(const HttpResponse& head) {
  if (head.status == 200) return true;
  const std::optional<ContentRange> range = content_range(head);
  return range && range->first == 0 && range->total == range->last + 1;
}

bool is_md5(const std::string& etag) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return etag.size() == md5_digits && std::all_of(etag.begin(), etag.end(), is_digit);
}

}  // namespace

std::string s3_checksum(const HttpResponse& head) {
  for (const std::string kind : kinds) {
    const std::string value = head.header("x-amz-checksum-" + kind);
    if (!is_about_all(head) || value.find('-') != std::string::npos) continue;
    if (const auto hex = base64_to_hex(value)) return kind + ':' + *hex;
  }
  const bool other_bytes = head.header("x-amz-server-side-encryption").starts_with("aws:kms") ||
                           !head.header("x-amz-server-side-encryption-customer-algorithm").empty();
  std::string etag = head.header("etag");
  if (etag.size() > 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return is_md5(etag) && !other_bytes ? "md5:" + etag : std::string();
}

}  // namespace weir::source
