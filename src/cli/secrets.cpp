#include "cli/secrets.h"

#include <algorithm>
#include <array>

namespace weir::cli {
namespace {

// In a web hook's address all that follows its host is secret: offset and length.
std::pair<std::size_t, std::size_t> hook_secret_in(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {url.size(), 0};
  const std::size_t end = url.find_first_of("/?#", scheme + 3);
  return end == std::string_view::npos ? std::pair(url.size(), std::size_t{0}) : std::pair(end, url.size() - end);
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> passwords_in(std::string_view word) {
  constexpr std::array<std::string_view, 3> keys{"password", "sslpassword", "passwd"};
  std::vector<std::pair<std::size_t, std::size_t>> found;
  const std::size_t scheme = word.find("://");
  if (scheme == std::string_view::npos) return found;
  const std::size_t user = scheme + 3;
  const std::size_t query = std::min(word.find('?', user), word.size());
  // What follows a query may hold an @ of its own; a ? within a password should have been %3F.
  const std::size_t at = word.substr(0, query).rfind('@');
  const std::size_t colon = word.find(':', user);
  if (at != std::string_view::npos && at > user && colon < at) found.emplace_back(colon + 1, at - colon - 1);
  for (std::size_t begin = query; begin < word.size();) {
    const std::size_t end = std::min(word.find('&', begin + 1), word.size());
    const std::size_t equals = word.find('=', begin);
    const bool is_password =
        equals < end && std::ranges::find(keys, word.substr(begin + 1, equals - begin - 1)) != keys.end();
    if (is_password) found.emplace_back(equals + 1, end - equals - 1);
    begin = end;
  }
  return found;
}

bool holds_password(std::string_view word) {
  return std::ranges::any_of(passwords_in(word), [](const auto& place) { return place.second > 0; });
}

std::vector<std::string> take_command_line(int argc, char** argv) {
  constexpr std::string_view notify = "--notify";
  std::vector<std::string> words(argv, argv + argc);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_value = i > 0 && words[i - 1] == notify;
    const bool holds_value = words[i].starts_with(notify) && words[i].substr(notify.size(), 1) == "=";
    if (!is_value && !holds_value) continue;
    const auto [begin, length] = hook_secret_in(words[i]);
    std::fill_n(argv[i] + begin, length, '*');
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const auto& [begin, length] : passwords_in(words[i])) std::fill_n(argv[i] + begin, length, '*');
  }
  return words;
}

}  // namespace weir::cli
