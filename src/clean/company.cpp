// The company of an address. Its domain is what follows the last '@' (a quoted local part may hold others), less one
// '>' (the form "Ann <ann@example.com>") and one trailing dot. A usable domain
//  - has at least two labels of 1 to 63 bytes, 253 bytes in all (RFC 1035, section 2.3.4),
//  - of letters, digits, '-', '_' and characters beyond ASCII; so no [IP literal] is one,
//  - does not end in a label of digits only, which would be an IPv4 address,
//  - and is not a public suffix itself.
// A suffix that the list does not know counts as one label, by the list's own rule "*". Punycode labels stay as
// written.
#include <libpsl.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "clean/clean.h"
#include "clean/domain.h"
#include "clean/public_suffix_list.h"

namespace weir {
namespace {

constexpr std::size_t domain_max_bytes = 253;
constexpr std::size_t label_max_bytes = 63;

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_domain_character(char c) {
  const char lower = static_cast<char>(static_cast<unsigned char>(c) | 0x20U);
  return !is_ascii(c) || is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '_' || c == '.';
}

const psl_ctx_t& suffix_list() {
  static const psl_ctx_t* const list = [] {
    const std::span<const unsigned char> bytes = public_suffix_dafsa();
    std::FILE* const file = fmemopen(const_cast<unsigned char*>(bytes.data()), bytes.size(), "r");
    const psl_ctx_t* const loaded = file == nullptr ? nullptr : psl_load_fp(file);
    if (file != nullptr) std::fclose(file);
    if (loaded == nullptr) {  // the bytes are part of the program: only memory can be short
      std::fputs("weir: cannot load the Public Suffix List: out of memory\n", stderr);
      std::abort();
    }
    return loaded;
  }();
  return *list;  // libpsl only reads it from here on, so threads may share it
}

// Lower-cased; empty when it is not well-formed text.
std::string lower_cased(std::string_view host) {
  std::string text(host);
  if (std::all_of(text.begin(), text.end(), is_ascii)) {
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return text;
  }
  if (valid_utf8_prefix(text) < text.size()) return {};  // libpsl would replace what is not UTF-8
  char* lower = nullptr;
  if (psl_str_to_utf8lower(text.c_str(), "utf-8", nullptr, &lower) != PSL_SUCCESS) return {};
  text = lower;
  psl_free_string(lower);
  return text;
}

// Whether `host` has the shape of a domain name with at least two labels.
bool is_domain_name(std::string_view host) {
  if (host.size() > domain_max_bytes || !std::all_of(host.begin(), host.end(), is_domain_character)) return false;
  std::size_t labels = 0;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (label.empty() || label.size() > label_max_bytes) return false;
    ++labels;
    if (dot == std::string_view::npos) return labels > 1 && !std::all_of(label.begin(), label.end(), is_digit);
    host.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<std::string> registrable_domain(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (!is_domain_name(host)) return std::nullopt;
  const std::string lower = lower_cased(host);
  if (!is_domain_name(lower)) return std::nullopt;  // full-width dots and the like only show now
  const char* const domain = psl_registrable_domain(&suffix_list(), lower.c_str());
  if (domain == nullptr) return std::nullopt;
  return std::string(domain);
}

std::optional<std::string_view> domain_of(std::string_view email) {
  // memrchr, of GNU and the BSDs, looks at a vector at a time; rfind() at a byte.
  const void* const at = email.empty() ? nullptr : memrchr(email.data(), '@', email.size());
  if (at == nullptr) return std::nullopt;
  return email.substr(static_cast<std::size_t>(static_cast<const char*>(at) - email.data()) + 1);
}

std::string company_of_domain(std::string_view domain) {
  if (domain.ends_with('>')) domain.remove_suffix(1);
  const std::optional<std::string> registrable = registrable_domain(domain);
  if (!registrable) return std::string(unknown_company);
  return registrable->substr(0, registrable->find('.'));  // one label before the suffix, by definition
}

std::string company_of(std::string_view email) {
  const std::optional<std::string_view> domain = domain_of(email);
  return domain ? company_of_domain(*domain) : std::string(unknown_company);
}

std::string_view psl_version() {
  return public_suffix_version();
}

}  // namespace weir
