#include "decode/csv_record.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace weir::csv {
namespace {

constexpr std::size_t npos = std::string_view::npos;

// A record that ends at the first LF at or after `from`.
Record reject_to_line_end(std::string_view text, bool at_end, std::size_t from, const char* reason) {
  Record record;
  record.reason = reason;
  const std::size_t lf = from < text.size() ? text.find('\n', from) : npos;
  if (lf == npos && !at_end) {
    record.kind = RecordKind::skipping;
    record.raw_length = text.size();
    return record;
  }
  record.kind = RecordKind::reject;
  record.raw_length = lf == npos ? text.size() : lf;
  record.length = lf == npos ? text.size() : lf + 1;
  record.lines = static_cast<std::uint32_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(record.length), '\n'));
  if (record.raw_length > 0 && text[record.raw_length - 1] == '\r') --record.raw_length;
  return record;
}

// Why a well-formed record is no row, or nullptr.
const char* content_fault(std::string_view raw) {
  if (std::memchr(raw.data(), '\0', raw.size()) != nullptr) return reason_nul;
  if (valid_utf8_prefix(raw) != raw.size()) return reason_utf8;
  return nullptr;
}

enum class Step { field_done, record_done, unfinished, unclosed, after_quote, long_field };

// A walk over one record; `pos` is where the next field begins.
struct Walk {
  std::string_view text;
  bool at_end;
  char delimiter;
  std::size_t pos = 0;
  std::size_t raw_end = 0;  // set with record_done

  // At the end of a field: what stands at `end`?
  Step finish(std::size_t end) {
    if (end == text.size()) {
      if (!at_end) return Step::unfinished;
      raw_end = pos = end;
      return Step::record_done;
    }
    if (text[end] == delimiter) {
      pos = end + 1;
      return Step::field_done;
    }
    raw_end = end;
    pos = end + 1;  // text[end] is LF
    return Step::record_done;
  }

  Step quoted(FieldSpan& field) {
    const std::size_t open = pos;
    std::size_t from = open + 1;
    field.escaped = false;
    const std::string_view near = text.substr(0, open + 1 + field_limit_bytes + 1);  // a quote behind it is too late
    for (;;) {
      const std::size_t quote = near.find('"', from);
      const std::size_t reach = quote == npos ? near.size() : quote;
      if (reach - (open + 1) > field_limit_bytes) return Step::unclosed;
      if (quote == npos) return at_end ? Step::unclosed : Step::unfinished;
      if (quote + 1 == text.size() && !at_end) return Step::unfinished;
      if (quote + 1 < text.size() && text[quote + 1] == '"') {
        field.escaped = true;
        from = quote + 2;
        continue;
      }
      field.text = text.substr(open + 1, quote - open - 1);
      return after_closing(quote + 1);
    }
  }

  Step after_closing(std::size_t end) {
    if (end == text.size() || text[end] == delimiter || text[end] == '\n') return finish(end);
    if (text[end] != '\r') return Step::after_quote;
    if (end + 1 == text.size()) {
      if (!at_end) return Step::unfinished;
      raw_end = end;
      pos = end + 1;
      return Step::record_done;
    }
    if (text[end + 1] != '\n') return Step::after_quote;
    raw_end = end;
    pos = end + 2;
    return Step::record_done;
  }

  Step unquoted(FieldSpan& field) {
    const std::size_t begin = pos;
    std::size_t end = begin;
    while (end < text.size() && text[end] != delimiter && text[end] != '\n') ++end;
    if (end - begin > field_limit_bytes + 1) return Step::long_field;  // + 1: a CR may belong to the line end
    const Step step = finish(end);
    std::size_t stop = end;
    if (step == Step::record_done && stop > begin && text[stop - 1] == '\r') raw_end = --stop;
    if (step != Step::unfinished && stop - begin > field_limit_bytes) return Step::long_field;
    field = {text.substr(begin, stop - begin), false};
    return step;
  }

  Step next(FieldSpan& field) { return pos < text.size() && text[pos] == '"' ? quoted(field) : unquoted(field); }
};

// Notes the way to the unclosed quote at `last`, from the second line on: no record begins before that. It is walked
// once more for it, so that records that are none of these pay nothing.
void note_dead_end(Walk walk, std::size_t last, DeadEnds& dead_ends) {
  const std::size_t line_feed = walk.text.find('\n');
  if (line_feed == npos || line_feed > last) return;
  FieldSpan field;
  for (walk.pos = 0; walk.pos < last; static_cast<void>(walk.next(field))) {
    if (walk.pos > line_feed) dead_ends.add(walk.text.data() + walk.pos);
  }
  dead_ends.add(walk.text.data() + last);
}

Record blank_line(std::string_view text, bool at_end, bool& decided) {
  decided = true;
  Record record;
  record.kind = RecordKind::blank;
  record.lines = 1;
  if (text[0] == '\n') {
    record.length = 1;
    return record;
  }
  if (text[0] == '\r') {
    if (text.size() == 1) {
      if (!at_end) return Record{};
      record.length = 1;
      record.lines = 0;
      return record;
    }
    if (text[1] == '\n') {
      record.length = 2;
      return record;
    }
  }
  decided = false;
  return record;
}

Record judge(std::string_view text, const Walk& walk, std::size_t found, std::size_t expected) {
  Record record;
  record.length = walk.pos;
  record.raw_length = walk.raw_end;
  record.lines =
      static_cast<std::uint32_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(walk.pos), '\n'));
  record.kind = RecordKind::row;
  if (const char* fault = content_fault(text.substr(0, walk.raw_end))) {
    record.kind = RecordKind::reject;
    record.reason = fault;
  } else if (found != expected && expected != any_field_count) {
    record.kind = RecordKind::reject;
    record.reason = reason_field_count(found, expected);
  }
  return record;
}

}  // namespace

std::string reason_field_count(std::size_t found, std::size_t expected) {
  return std::to_string(found) + (found == 1 ? " field, expected " : " fields, expected ") + std::to_string(expected);
}

Record parse_record(std::string_view text, bool at_end, char delimiter, std::size_t expected_fields,
                    std::vector<FieldSpan>& fields, DeadEnds& dead_ends) {
  fields.clear();
  if (text.empty()) return {};
  bool decided = false;
  if (Record blank = blank_line(text, at_end, decided); decided) return blank;

  Walk walk{text, at_end, delimiter};
  for (std::size_t found = 1;; ++found) {
    FieldSpan field{text.substr(text.size()), false};
    const std::size_t begin = walk.pos;
    if (dead_ends.contains(text.data() + begin)) return reject_to_line_end(text, at_end, 0, reason_unclosed);
    const Step step = walk.next(field);
    switch (step) {
      case Step::unclosed:
        note_dead_end(walk, begin, dead_ends);
        return reject_to_line_end(text, at_end, 0, reason_unclosed);
      case Step::after_quote:
        return reject_to_line_end(text, at_end, begin + 1 + field.text.size(), reason_after_quote);
      case Step::long_field: return reject_to_line_end(text, at_end, begin, reason_long_field);
      case Step::unfinished: return {};
      case Step::field_done:
      case Step::record_done: break;
    }
    const std::size_t reached = step == Step::record_done ? walk.raw_end : walk.pos;
    if (reached > record_limit_bytes) return reject_to_line_end(text, at_end, record_limit_bytes, reason_long_record);
    if (fields.size() < expected_fields) fields.push_back(field);
    if (step == Step::record_done) return judge(text, walk, found, expected_fields);
  }
}

void unescape(std::string_view text, std::string& out) {
  out.reserve(out.size() + text.size());
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t quote = text.find('"', from);
    if (quote == npos) break;
    out.append(text, from, quote + 1 - from);
    from = quote + 2;  // the second of the pair
  }
  if (from < text.size()) out.append(text, from);
}

}  // namespace weir::csv
