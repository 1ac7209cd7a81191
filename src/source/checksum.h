// Checksums of whole objects, as servers tell them and as bytes come to them.
//
// Written as Object::checksum has it: "crc64nvme:", "crc32c:", "crc32:", "sha256:" or "md5:", then the value in
// lower-case hexadecimal.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::source {

// Compares what passes with a checksum. Not thread-safe.
class ChecksumCheck {
 public:
  // One of the kinds above; empty or of another kind: nothing is checked.
  explicit ChecksumCheck(std::string_view checksum);
  ChecksumCheck(ChecksumCheck&&) noexcept;
  ChecksumCheck& operator=(ChecksumCheck&&) noexcept;
  ChecksumCheck(const ChecksumCheck&) = delete;
  ~ChecksumCheck();

  void update(std::string_view bytes);
  // After the last byte. Fails when the checksum is another; `what` and `where` are the error's.
  [[nodiscard]] Status verdict(const char* what, const std::string& where);

  class Digest;

 private:
  std::unique_ptr<Digest> digest_;
  std::string kind_;
  std::string expected_;
  std::string found_;  // by verdict()
};

// Bytes in base64, as x-amz-checksum-* headers have them, as hexadecimal; nullopt: it is none.
[[nodiscard]] std::optional<std::string> base64_to_hex(std::string_view text);

}  // namespace weir::source
