#include <algorithm>
#include <cstddef>

#include "base/letter_case_table.h"
#include "weir/tags.h"

namespace weir {
namespace {

// No letters: they lie beyond Unicode.
constexpr char32_t any_text = 0x110000;
constexpr char32_t any_letter = 0x110001;

char32_t folded(char32_t letter) {
  const auto range = std::ranges::lower_bound(folded_ranges, letter, {}, &FoldedRange::last);
  if (range == folded_ranges.end() || letter < range->first || (letter - range->first) % range->step != 0) {
    return letter;
  }
  return static_cast<char32_t>(static_cast<std::int32_t>(letter) + range->difference);
}

// The letter that begins at `at`, which moves behind it. A byte that is no UTF-8 is a letter of its own.
char32_t next_letter(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at++);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  if (more == 0 || text.size() - at < more) return first;
  auto letter = static_cast<char32_t>(first & (0x3FU >> more));
  for (std::size_t i = 0; i < more; ++i) letter = letter << 6U | (byte(at + i) & 0x3FU);
  at += more;
  return letter;
}

}  // namespace

Pattern::Pattern(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t letter = next_letter(text, at);
    if (letter == U'*') {
      if (letters_.empty() || letters_.back() != any_text) letters_.push_back(any_text);
    } else {
      letters_.push_back(letter == U'?' ? any_letter : folded(letter));
    }
  }
}

// Only the last `*` ever has to take more: what the ones before it took has led on to it.
bool Pattern::matches(std::string_view text) const {
  if (text.data() == nullptr) return false;
  std::size_t at = 0;        // in the text
  std::size_t expected = 0;  // in the pattern
  std::size_t retry_at = 0;
  std::size_t retry_expected = std::u32string::npos;  // behind the last `*`; npos: there was none
  while (at < text.size()) {
    std::size_t next = at;
    const char32_t letter = folded(next_letter(text, next));
    const char32_t wanted = expected < letters_.size() ? letters_[expected] : U'\0';
    if (wanted == any_text) {
      retry_expected = ++expected;
      retry_at = at;
    } else if (expected < letters_.size() && (wanted == any_letter || wanted == letter)) {
      ++expected;
      at = next;
    } else if (retry_expected != std::u32string::npos) {
      next_letter(text, retry_at);
      at = retry_at;
      expected = retry_expected;
    } else {
      return false;
    }
  }
  while (expected < letters_.size() && letters_[expected] == any_text) ++expected;
  return expected == letters_.size();
}

}  // namespace weir
