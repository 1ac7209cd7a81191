// Web addresses as text: percent-encoding (RFC 3986), their parts, and how to write them without secrets. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::source {

// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX (upper-case), byte by byte; '/' stays where `keep_slash` says so. This
// is the encoding that AWS Signature Version 4 prescribes.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slash);

// nullopt: a '%' without two hexadecimal digits after it. `plus_is_space`: as in application/x-www-form-urlencoded.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// `text` with the scheme of an S3 or web address in small letters, whatever it was written in; all else as it is.
[[nodiscard]] std::string normal_uri(std::string_view text);

// The parts of http(s)://user:password@host:port/path?query#fragment, as written, none decoded.
struct Url {
  std::string_view scheme;     // "https", or in capitals
  std::string_view user_info;  // "user:password", empty: none
  std::string_view host;       // with its port
  std::string_view path;       // from '/', empty: none
  std::string_view query;      // after '?', with the fragment
};
// nullopt: not http or https, or no host. The parts point into `text`.
[[nodiscard]] std::optional<Url> split_url(std::string_view text);

// The address without user, password, query and fragment: what may be printed and stored. Text that is no web address
// comes back as "(not a web address)", since it may hold a secret anywhere.
[[nodiscard]] std::string redact_url(std::string_view text);

}  // namespace weir::source
