#include "source/url.h"

#include <fmt/format.h>

#include <algorithm>

namespace weir::source {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// RFC 3986: schemes are compared without regard to case.
bool same_scheme(std::string_view text, std::string_view scheme) {
  return std::equal(text.begin(), text.end(), scheme.begin(), scheme.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; });
}

}  // namespace

std::string percent_encode(std::string_view text, bool keep_slash) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (c == '/' && keep_slash)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string normal_uri(std::string_view text) {
  const std::string_view written = text.substr(0, text.find("://"));
  for (const std::string_view scheme : {"s3", "http", "https"}) {
    if (written.size() < text.size() && same_scheme(written, scheme)) {
      return std::string(scheme).append(text.substr(written.size()));
    }
  }
  return std::string(text);
}

std::optional<Url> split_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = text.substr(0, colon);
  if (!same_scheme(url.scheme, "http") && !same_scheme(url.scheme, "https")) return std::nullopt;
  std::string_view rest = text.substr(colon + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  rest.remove_prefix(authority_end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (authority.empty()) return std::nullopt;
  url.host = authority;
  const std::size_t path_end = std::min(rest.find_first_of("?#"), rest.size());
  url.path = rest.substr(0, path_end);
  url.query = path_end < rest.size() ? rest.substr(path_end + 1) : std::string_view{};
  return url;
}

std::string redact_url(std::string_view text) {
  const std::optional<Url> url = split_url(text);
  if (!url) return "(not a web address)";
  return fmt::format("{}://{}{}", url->scheme, url->host, url->path);
}

}  // namespace weir::source
