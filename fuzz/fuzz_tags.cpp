// Any text through parse_tags(): no crash, and the tags of a row are distinct and not NULL.
#include <cstdlib>
#include <set>

#include "clean/clean.h"
#include "clean/text_arena.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of exactly the text's size, so that a read past its end is seen.
  const std::vector<char> copy(data, data + size);
  const std::string_view text(copy.data(), copy.size());
  weir::TextArena arena;
  std::vector<std::string_view> values{"of the row before"};
  weir::parse_tags(text, arena, values);
  const std::set<std::string_view> distinct(values.begin() + 1, values.end());
  if (values.front() != "of the row before" || distinct.size() + 1 != values.size()) std::abort();
  for (const std::string_view value : distinct) {
    if (value.data() == nullptr) std::abort();
  }
  return 0;
}
