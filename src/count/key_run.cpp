#include "count/key_run.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "count/run_bytes.h"

namespace weir::counting {
namespace {

constexpr char version = 1;
constexpr std::size_t head_bytes = 2;

std::size_t shared_length(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

// The first eight bytes as a number that orders as they do.
std::uint64_t prefix_of(std::string_view key) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  if constexpr (std::endian::native == std::endian::little) prefix = __builtin_bswap64(prefix);
  return prefix;
}

// Most keys differ in their first bytes, which are then compared without going to the key.
struct Sortable {
  std::uint64_t prefix;
  KeyCount count;
};

void sort_by_key(std::vector<KeyCount>& counts) {
  std::vector<Sortable> sortable;
  sortable.reserve(counts.size());
  for (const KeyCount& count : counts) sortable.push_back({prefix_of(count.key), count});
  std::ranges::sort(sortable, [](const Sortable& a, const Sortable& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.count.key < b.count.key;
  });
  std::ranges::transform(sortable, counts.begin(), &Sortable::count);
}

// The sum of the NULLs, taken out of `counts`.
std::optional<std::uint64_t> take_nulls(std::vector<KeyCount>& counts) {
  std::optional<std::uint64_t> nulls;
  std::erase_if(counts, [&](const KeyCount& count) {
    if (count.key.data() != nullptr) return false;
    nulls = nulls.value_or(0) + count.events;
    return true;
  });
  return nulls;
}

class Writer {
 public:
  Writer(const KeyRun& like, const TakeKeyRun& take) : piece_(like), take_(take) {}

  Status put_null(std::uint64_t events) {
    begin(true);
    put_number(piece_.bytes, events);
    return count(events);
  }
  Status put(const KeyCount& key) {
    if (piece_.bytes.empty()) begin(false);
    const std::size_t shared = shared_length(last_, key.key);
    put_number(piece_.bytes, shared);
    put_number(piece_.bytes, key.key.size() - shared);
    piece_.bytes.append(key.key.substr(shared));
    put_number(piece_.bytes, key.events);
    last_ = key.key;
    return count(key.events);
  }
  Status end() {
    if (piece_.keys == 0) return {};
    put_check(piece_.bytes);
    WEIR_TRY(take_(piece_));
    piece_.bytes.clear();
    piece_.keys = piece_.events = 0;
    last_ = {};
    return {};
  }

 private:
  void begin(bool has_null) {
    piece_.bytes.push_back(version);
    piece_.bytes.push_back(has_null ? 1 : 0);
  }
  Status count(std::uint64_t events) {
    ++piece_.keys;
    piece_.events += events;
    return piece_.bytes.size() < key_run_bytes ? Status{} : end();
  }

  KeyRun piece_;
  const TakeKeyRun& take_;
  std::string_view last_;
};

}  // namespace

SortedKeys sorted_keys(std::vector<KeyCount> counts) {
  SortedKeys sorted;
  sorted.nulls = take_nulls(counts);
  sorted.keys = std::move(counts);
  sort_by_key(sorted.keys);
  return sorted;
}

Status write_key_run(Field field, DayNumber first_day, DayNumber last_day, const SortedKeys& counts,
                     const TakeKeyRun& take) {
  Writer writer(KeyRun{field, first_day, last_day, 0, 0, {}}, take);
  if (counts.nulls) WEIR_TRY(writer.put_null(*counts.nulls));
  for (const KeyCount& count : counts.keys) WEIR_TRY(writer.put(count));
  return writer.end();
}

KeyRunReader::KeyRunReader(std::string_view bytes) {
  const std::optional<std::string_view> checked = without_check(bytes);
  if (!checked || checked->size() < head_bytes || bytes[0] != version || (bytes[1] & ~1) != 0) return;
  null_pending_ = bytes[1] == 1;
  rest_ = checked->substr(head_bytes);
  ok_ = true;
}

KeyPlaceReader::KeyPlaceReader(std::string_view bytes) {
  const std::optional<std::string_view> checked = without_check(bytes);
  if (!checked || checked->size() < head_bytes || bytes[0] != version || (bytes[1] & ~1) != 0) return;
  null_pending_ = bytes[1] == 1;
  rest_ = checked->substr(head_bytes);
}

bool KeyPlaceReader::step() {
  is_null_ = std::exchange(null_pending_, false);
  if (!is_null_) {
    const auto shared = take_number(rest_);
    const auto length = take_number(rest_);
    if (!shared || !length || *shared > length_ || *length > rest_.size()) return false;
    length_ = *shared + *length;
    if (text_.size() < length_) text_.resize(2 * length_);
    if (*length > 0) std::memcpy(text_.data() + *shared, rest_.data(), *length);
    rest_.remove_prefix(*length);
  }
  const auto events = take_number(rest_);
  events_ = events.value_or(0);
  return events.has_value();
}

std::optional<KeyCount> KeyPlaceReader::at(std::uint64_t place) {
  for (; next_ <= place; ++next_) {
    if (!step()) return std::nullopt;
  }
  if (is_null_) return KeyCount{{}, events_};
  // An empty text is no NULL.
  return KeyCount{length_ == 0 ? std::string_view("") : std::string_view(text_.data(), length_), events_};
}

// Appends the key to texts_; the view is set once texts_ has stopped to move.
bool KeyRunReader::read_key(KeyCount& count) {
  const auto shared = take_number(rest_);
  const auto length = take_number(rest_);
  if (!shared || !length || *shared > texts_.size() - last_begin_ || *length > rest_.size()) return false;
  const std::size_t begin = texts_.size();
  texts_.append(texts_, last_begin_, *shared);
  texts_.append(rest_.substr(0, *length));
  rest_.remove_prefix(*length);
  last_begin_ = begin;
  begins_.push_back(begin);
  const auto events = take_number(rest_);
  count.events = events.value_or(0);
  return events.has_value();
}

std::span<const KeyCount> KeyRunReader::next(std::size_t limit) {
  counts_.clear();
  begins_.clear();
  texts_.erase(0, last_begin_);  // the last key stays: the next one may share with it
  last_begin_ = 0;
  std::size_t nulls = 0;
  if (ok_ && null_pending_ && limit > 0) {
    null_pending_ = false;
    nulls = 1;
    const auto events = take_number(rest_);
    ok_ = events.has_value();
    counts_.push_back({{}, events.value_or(0)});
  }
  while (ok_ && !rest_.empty() && counts_.size() < limit) ok_ = read_key(counts_.emplace_back());
  if (!ok_) return {};
  begins_.push_back(texts_.size());
  for (std::size_t i = 0; i + 1 < begins_.size(); ++i) {
    counts_[i + nulls].key = std::string_view(texts_).substr(begins_[i], begins_[i + 1] - begins_[i]);
  }
  return counts_;
}

}  // namespace weir::counting
