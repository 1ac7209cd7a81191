#include "decode/csv_header.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decode/csv_record.h"

namespace weir::csv {
namespace {

constexpr std::size_t header_limit_bytes = std::size_t{4} << 20;  // 10,000 columns of long names fit many times over
// What is looked at to tell a delimiter, or that this is no text. Always as much as this where there is as much, so
// that nothing depends on how a pipe cuts its bytes.
constexpr std::size_t look_bytes = std::size_t{64} << 10;

struct Head {
  std::string bytes;
  bool at_end = false;
};

// Reads on until there are `size` bytes, or the end.
Status read_up_to(ByteStream& stream, std::size_t size, Head& head) {
  std::size_t filled = head.bytes.size();
  head.bytes.resize(std::max(size, filled));
  while (filled < head.bytes.size() && !head.at_end) {
    WEIR_TRY_ASSIGN(const std::size_t got, stream.read(std::span(head.bytes).subspan(filled)));
    head.at_end = got == 0;
    filled += got;
  }
  head.bytes.resize(filled);
  return {};
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(space);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(space) - first + 1);
}

// The most frequent of , ; tab | outside quotes in the first line; a tie, and a line with none, is a comma.
char told_delimiter(std::string_view text) {
  constexpr std::string_view candidates = ",;\t|";
  std::array<std::size_t, candidates.size()> counts{};
  bool quoted = false;
  bool field_begins = true;
  for (std::size_t i = std::min(text.find_first_not_of("\r\n"), text.size()); i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      quoted = c != '"';
    } else if (c == '"') {
      quoted = field_begins || text[i - 1] == '"';  // the second of a doubled quote opens again
    } else if (c == '\n') {
      break;
    }
    const std::size_t candidate = candidates.find(c);
    field_begins = !quoted && candidate != std::string_view::npos;
    if (field_begins) ++counts.at(candidate);
  }
  return candidates[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) - counts.begin())];
}

Status refuse_non_text(std::string_view bytes, const std::string& uri) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return fail("cannot read", uri, "it is UTF-16, not UTF-8", "convert it first: iconv -f UTF-16 -t UTF-8");
  }
  if (bytes.substr(0, bytes.find('\n')).find('\0') == std::string_view::npos) return {};
  return fail("cannot read", uri, "it is binary, not CSV",
              "weir reads CSV (plain, gzip or zstd) and Parquet; look at the file with `file` or `head -c 200`");
}

std::vector<std::string> names_of(const std::vector<FieldSpan>& fields) {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const FieldSpan& field : fields) {
    std::string name;
    if (field.escaped) {
      unescape(field.text, name);
    } else {
      name = field.text;
    }
    names.emplace_back(trimmed(name));
  }
  return names;
}

// The header record at or after `pos` of the head, blank lines passed over; reads on until it is whole. Returns where
// the rest begins.
Result<std::size_t> parse_header(ByteStream& stream, Head& head, std::size_t pos, Opening& opening) {
  const std::string& uri = stream.object().uri;
  std::vector<FieldSpan> fields;
  for (;;) {
    const std::string_view text = std::string_view(head.bytes).substr(pos);
    if (text.empty() && head.at_end) {
      return fail("cannot read", uri, "it is empty: there is no header line",
                  "was it written completely? A dump without events still has a header");
    }
    DeadEnds dead_ends;
    dead_ends.reset(text.data());
    const Record record = parse_record(text, head.at_end, opening.delimiter, any_field_count, fields, dead_ends);
    if (record.kind == RecordKind::blank) {
      pos += record.length;
      opening.next_line += record.lines;
      continue;
    }
    if (record.kind == RecordKind::row) {
      opening.columns = names_of(fields);
      if (std::ranges::any_of(opening.columns,
                              [](const std::string& name) { return name.find('\r') != std::string::npos; })) {
        return fail("cannot read", uri, "its lines end with a CR alone", "convert it first: tr '\\r' '\\n' < FILE");
      }
      opening.next_line += record.lines;
      return pos + record.length;
    }
    if (record.kind == RecordKind::reject || head.bytes.size() >= header_limit_bytes) {
      return fail(
          "cannot read the header of", uri, record.reason.empty() ? "the first line goes on past 4 MiB" : record.reason,
          "the first line must name the columns; --no-header --columns a,b,c names them for a file without. Is this "
          "a CSV file, with LF or CRLF line ends?");
    }
    WEIR_TRY(read_up_to(stream, 2 * head.bytes.size(), head));
  }
}

}  // namespace

Result<Opening> read_header(ByteStream& stream, const CsvOptions& options) {
  const std::string& uri = stream.object().uri;
  if (!options.has_header && options.columns.empty()) {
    return fail(ErrorKind::usage, "cannot read", uri, "--no-header without the columns' names",
                "add --columns, e.g. --columns id,timestamp,email,country,ip,uri,action,tags");
  }
  Head head;
  WEIR_TRY(read_up_to(stream, look_bytes, head));
  if (head.bytes.empty()) return fail("cannot read", uri, "it is empty", "was it written completely?");
  WEIR_TRY(refuse_non_text(head.bytes, uri));

  Opening opening;
  std::size_t pos = head.bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  opening.delimiter =
      options.delimiter.value_or(told_delimiter(std::string_view(head.bytes).substr(pos, look_bytes - pos)));
  if (options.has_header) {
    WEIR_TRY_ASSIGN(pos, parse_header(stream, head, pos, opening));
  } else {
    for (const std::string& name : options.columns) opening.columns.emplace_back(trimmed(name));
  }
  opening.rest = head.bytes.substr(pos);
  opening.at_end = head.at_end;
  return opening;
}

}  // namespace weir::csv
