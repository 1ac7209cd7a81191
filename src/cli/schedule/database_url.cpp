#include "cli/schedule/database_url.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/secrets.h"
#include "source/url.h"

namespace weir::cli::schedule {
namespace {

// The value of the last `name=` in the query; empty: none.
std::string query_value(std::string_view url, std::string_view name) {
  std::string value;
  for (std::size_t begin = url.find('?'); begin < url.size();) {
    const std::size_t end = std::min(url.find('&', begin + 1), url.size());
    const std::string_view pair = url.substr(begin + 1, end - begin - 1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      value = source::percent_decode(pair.substr(name.size() + 1), false).value_or("");
    }
    begin = end;
  }
  return value;
}

std::string_view first_of_list(std::string_view hosts) {
  return hosts.substr(0, hosts.find(','));
}

}  // namespace

std::string without_passwords(std::string_view url) {
  std::string out(url);
  std::vector<std::pair<std::size_t, std::size_t>> places = passwords_in(url);
  std::ranges::reverse(places);
  for (const auto& [begin, length] : places) {
    const std::size_t end = begin + length;
    if (out[begin - 1] == ':') {
      out.erase(begin - 1, length + 1);
      continue;
    }
    const std::size_t separator = out.find_last_of("?&", begin - 1);
    const bool first_of_more = out[separator] == '?' && end < out.size();
    out.erase(separator + (first_of_more ? 1 : 0), end - separator);
  }
  return out;
}

std::string host_of(std::string_view url) {
  for (const std::string_view name : {"hostaddr", "host"}) {
    const std::string value = query_value(url, name);
    if (!value.empty()) return std::string(first_of_list(value));
  }
  constexpr std::string_view mark = "://";
  const std::size_t scheme = url.find(mark);
  if (scheme == std::string_view::npos) return {};
  std::string_view authority = url.substr(scheme + mark.size());
  authority = authority.substr(0, authority.find_first_of("/?"));
  authority.remove_prefix(authority.rfind('@') == std::string_view::npos ? 0 : authority.rfind('@') + 1);
  return without_port(source::percent_decode(first_of_list(authority), false).value_or(""));
}

std::string without_port(std::string_view host) {
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

bool is_this_machine(std::string_view host) {
  return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" ||
         host.starts_with("127.") || host == "::1";
}

}  // namespace weir::cli::schedule
