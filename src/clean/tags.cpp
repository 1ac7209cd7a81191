// What tags are: see parse_tags() in clean.h. In a list, numbers and truth values are tags as they are written, null
// and None are none. Text that begins with '[' is a list or, when malformed, one tag; it is never split on ; or |.
#include <algorithm>
#include <memory>
#include <unordered_set>

#include "clean/clean.h"
#include "clean/list_literal.h"
#include "clean/plain_list.h"
#include "clean/same_text.h"
#include "clean/text_arena.h"

namespace weir {
namespace {

// The tags of one row as they come, each once.
class DistinctTags {
 public:
  explicit DistinctTags(std::vector<std::string_view>& values) : values_(values), begin_(values.size()) {}

  void add(std::string_view text) {
    const std::string_view tag = trim(text);
    if (tag.empty() || seen(tag)) return;
    values_.push_back(tag);
  }
  void discard() { values_.resize(begin_); }

 private:
  // A row has a handful of tags; a hostile one has 100,000, and must not take their square.
  static constexpr std::size_t few = 24;

  bool seen(std::string_view tag) {
    const auto first = values_.begin() + static_cast<std::ptrdiff_t>(begin_);
    if (values_.size() - begin_ <= few) return std::find(first, values_.end(), tag) != values_.end();
    if (!many_) many_ = std::make_unique<std::unordered_set<std::string_view>>(first, values_.end());
    return !many_->insert(tag).second;
  }

  std::vector<std::string_view>& values_;
  std::size_t begin_;
  std::unique_ptr<std::unordered_set<std::string_view>> many_;
};

bool add_list(std::string_view text, TextArena& arena, DistinctTags& tags) {
  ListLiteral list(text, arena);
  std::string_view tag;
  while (true) {
    switch (list.next(tag)) {
      case ListLiteral::Item::text: tags.add(tag); break;
      case ListLiteral::Item::null: break;
      case ListLiteral::Item::end: return true;
      case ListLiteral::Item::malformed: return false;
    }
  }
}

// Of the elements from `begin` on, keeps the tags: trimmed, none empty, each once.
void keep_tags(std::vector<std::string_view>& values, std::size_t begin) {
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(begin);
  auto end = first;
  for (auto element = first; element != values.end(); ++element) {
    const std::string_view tag = trim(*element);
    const auto same = [tag](std::string_view other) { return same_text(tag, other); };
    if (!tag.empty() && std::none_of(first, end, same)) *end++ = tag;
  }
  values.erase(end, values.end());
}

void add_split(std::string_view text, DistinctTags& tags) {
  for (std::size_t end = 0; (end = text.find_first_of(";|")) != std::string_view::npos; text.remove_prefix(end + 1)) {
    tags.add(text.substr(0, end));
  }
  tags.add(text);
}

}  // namespace

void add_tags(std::span<const std::string_view> elements, std::vector<std::string_view>& values) {
  DistinctTags tags(values);
  for (const std::string_view element : elements) tags.add(element);
}

void parse_tags(std::string_view text, TextArena& arena, std::vector<std::string_view>& values) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty()) return;
  const std::size_t begin = values.size();
  if (read_plain_list(trimmed, values)) return keep_tags(values, begin);  // at most 20 elements fit into it
  DistinctTags tags(values);
  if (trimmed.front() != '[') {
    add_split(trimmed, tags);
  } else if (!add_list(trimmed, arena, tags)) {
    tags.discard();
    values.push_back(trimmed);
  }
}

}  // namespace weir
