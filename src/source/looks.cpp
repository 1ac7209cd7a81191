// Looking at many objects: what a transport answers after a while is asked of several at once.
#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>

#include "weir/progress.h"
#include "weir/source.h"

namespace weir {
namespace {

constexpr std::size_t lookers_max = 8;

// On a thread of its own, from which no exception may escape.
Result<std::optional<Object>> look_at(Sources& sources, const std::string& uri) {
  if (interrupted()) return fail(ErrorKind::interrupted, "stopped before", display_name(uri), "interrupted");
  try {
    return sources.stat(uri);
  } catch (const std::exception& exhausted) {
    return fail("cannot look at", display_name(uri), exhausted.what(), "free some memory, then try again");
  }
}

}  // namespace

Sources::Looks Sources::stat_all(const std::vector<std::string>& uris) {
  Looks looks(uris.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < uris.size(); i = next++) looks[i] = look_at(*this, uris[i]);
  };
  const bool waits = std::ranges::any_of(uris, [](const std::string& uri) { return is_remote(uri); });
  std::vector<std::jthread> helpers;
  try {
    for (std::size_t i = 1; waits && i < std::min(uris.size(), lookers_max); ++i) helpers.emplace_back(work);
  } catch (const std::system_error&) {
    // Fewer threads than wanted are slower, not wrong.
  }
  work();
  helpers.clear();
  return looks;
}

Sources::Looks Sources::find(const UriTemplate& uri_template, const std::vector<Period>& periods) {
  std::vector<std::string> uris;
  uris.reserve(periods.size());
  for (const Period& period : periods) uris.push_back(uri_template.uri(period));
  return stat_all(uris);
}

}  // namespace weir
