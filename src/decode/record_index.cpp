#include "decode/record_index.h"

#include <algorithm>
#include <bit>

#include "decode/bit_scan.h"

namespace weir::csv {
namespace {

// Windows grow, so that beginning anew behind each of many misplaced quotes costs little, and little is left of a
// call's cost otherwise. The largest, its bit maps and its positions fit into a first-level cache of 32 KiB.
constexpr std::size_t first_window_words = 4;
constexpr std::size_t last_window_words = 128;

constexpr std::uint64_t all = ~std::uint64_t{0};

std::size_t lowest(std::uint64_t word) {
  return static_cast<std::size_t>(std::countr_zero(word));
}

std::uint64_t lowest_bit(std::uint64_t word) {
  return word & (0 - word);
}

void append(std::uint64_t word, std::size_t origin, std::vector<std::uint32_t>& list) {
  for (; word != 0; word &= word - 1) list.push_back(static_cast<std::uint32_t>(origin + lowest(word)));
}

}  // namespace

void RecordIndex::Positions::drop(std::size_t count) {
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(count);
  std::copy(first, all.begin() + static_cast<std::ptrdiff_t>(end), all.begin());
  next -= count;
  end -= count;
}

void RecordIndex::RarePositions::clear() {
  all.assign(1, end_mark);
  next = 0;
}

void RecordIndex::RarePositions::skip_to(std::size_t position) {
  while (all[next] < position) ++next;
}

void RecordIndex::RarePositions::drop_read() {
  all.pop_back();
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(next));
  next = 0;
}

void RecordIndex::begin(std::string_view block, char delimiter, SimdLevel level) {
  block_ = block;
  delimiter_ = delimiter;
  level_ = level;
  restart(0);
}

void RecordIndex::restart(std::size_t record) {
  record_ = record;
  window_ = record & ~std::size_t{63};
  window_words_ = first_window_words;
  broken_ = false;
  after_separator_ = std::uint64_t{1} << (record & 63U);
  after_closing_ = 0;
  open_ = false;
  if (separators_.all.empty()) separators_.all.resize(1);
  separators_.all[0] = static_cast<std::uint32_t>(record) - 1U;
  separators_.next = separators_.end = 1;
  line_feeds_.next = line_feeds_.end = 0;
  for (RarePositions* list : {&doubled_, &inner_, &suspects_}) list->clear();
}

void RecordIndex::seek(std::size_t record) {
  if (record == record_) return;
  if (record > record_) {
    const auto last = static_cast<std::uint32_t>(record - 1);  // the LF of the record before
    const std::span<const std::uint32_t> line_feeds = line_feeds_.rest();
    const auto line_feed = std::lower_bound(line_feeds.begin(), line_feeds.end(), last);
    if (line_feed != line_feeds.end() && *line_feed == last) {
      const std::span<const std::uint32_t> separators = separators_.rest();
      const auto separator = std::lower_bound(separators.begin(), separators.end(), last);
      advance(static_cast<std::size_t>(line_feed - line_feeds.begin()) + 1,
              static_cast<std::size_t>(separator - separators.begin()) + 1);
      return;
    }
  }
  restart(record);
}

void RecordIndex::advance(std::size_t records, std::size_t separators) {
  if (records == 0) return;
  line_feeds_.next += records;
  separators_.next += separators;
  record_ = std::size_t{separators_.all[separators_.next - 1]} + 1;
  doubled_.skip_to(record_);
  inner_.skip_to(record_);
  suspects_.skip_to(record_ & ~std::size_t{63});
}

void RecordIndex::forget_read() {
  separators_.drop(separators_.next - 1);
  line_feeds_.drop(line_feeds_.next);
  for (RarePositions* list : {&doubled_, &inner_, &suspects_}) list->drop_read();
}

bool RecordIndex::extend() {
  if (broken_ || window_ >= block_.size()) return false;
  const std::string_view text = block_.substr(window_, 64 * window_words_);
  find_structure(text, delimiter_, level_, bits_);
  const std::size_t words = bits_.quote.size();
  if (window_ < record_) {  // a window that has just been begun anew
    const std::uint64_t mask = all << (record_ & 63U);
    for (auto* bits : {&bits_.separator, &bits_.line_feed, &bits_.quote, &bits_.suspect}) bits->front() &= mask;
  }
  inside_.resize(words);
  open_ = find_inside(bits_.quote, open_, level_, inside_);
  forget_read();
  const std::size_t sound = combine(words);
  append_positions(sound);
  for (RarePositions* list : {&doubled_, &inner_, &suspects_}) list->all.push_back(end_mark);
  window_ += 64 * words;
  window_words_ = std::min(2 * window_words_, last_window_words);
  return true;
}

// Takes what is inside quotes out of the window's separators and line feeds, and what lies behind a misplaced quote.
// The number of words that are left.
std::size_t RecordIndex::combine(std::size_t words) {
  // Locals, which need not be written and read again whenever a word is.
  std::uint64_t* const separators = bits_.separator.data();
  std::uint64_t* const line_feeds = bits_.line_feed.data();
  const std::uint64_t* const quotes = bits_.quote.data();
  const std::uint64_t* const suspects = bits_.suspect.data();
  const std::uint64_t* const insides = inside_.data();
  std::uint64_t after_separator = after_separator_;
  std::uint64_t after_closing = after_closing_;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t inside = insides[i];
    const std::uint64_t out = separators[i] & ~inside;
    const std::uint64_t opening = quotes[i] & inside;
    const std::uint64_t closing = quotes[i] & ~inside;
    const std::uint64_t behind_separator = out << 1U | after_separator;
    const std::uint64_t behind_closing = closing << 1U | after_closing;
    // A quote that opens neither at the beginning of a field nor right behind another quote; and behind one that closes
    // what is neither separator nor quote.
    const Rare rare{(opening & ~(behind_separator | behind_closing)) | (behind_closing & ~(out | opening)),
                    opening & behind_closing, line_feeds[i] & inside};
    std::uint64_t sound = all;
    if ((rare.misplaced | rare.doubled | rare.inner | suspects[i]) != 0) sound = note_rare(i, rare);
    separators[i] = out & sound;
    line_feeds[i] &= ~inside & sound;
    if (sound != all) {
      broken_ = true;
      return i + 1;
    }
    after_separator = out >> 63U;
    after_closing = closing >> 63U;
  }
  after_separator_ = after_separator;
  after_closing_ = after_closing;
  return words;
}

// The bits of the word that lie before what is misplaced; all of them where nothing is.
std::uint64_t RecordIndex::note_rare(std::size_t word, Rare rare) {
  const std::size_t origin = window_ + 64 * word;
  for (std::uint64_t rest = rare.misplaced; rest != 0; rest &= rest - 1) {
    const std::size_t at = origin + lowest(rest);
    const bool line_end = at + 1 < block_.size() && block_[at] == '\r' && block_[at + 1] == '\n';
    if (line_end) rare.misplaced &= ~lowest_bit(rest);
  }
  const std::uint64_t sound = rare.misplaced == 0 ? all : lowest_bit(rare.misplaced) - 1;
  append(rare.doubled & sound, origin, doubled_.all);
  append(rare.inner & sound, origin, inner_.all);
  if (bits_.suspect[word] != 0) suspects_.all.push_back(static_cast<std::uint32_t>(origin));
  return sound;
}

void RecordIndex::append_positions(std::size_t words) {
  const auto origin = static_cast<std::uint32_t>(window_);
  for (Positions* list : {&separators_, &line_feeds_}) {
    const std::size_t room = list->end + 64 * words + position_slack;
    if (list->all.size() < room) list->all.resize(room);
  }
  separators_.end += bit_positions(std::span(bits_.separator).first(words), origin, level_, separators_.unused());
  line_feeds_.end +=
      sparse_bit_positions(std::span(bits_.line_feed).first(words), origin, level_, line_feeds_.unused());
}

}  // namespace weir::csv
