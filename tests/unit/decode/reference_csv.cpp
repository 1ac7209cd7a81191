#include "reference_csv.h"

#include <optional>

namespace weir::reference {
namespace {

constexpr std::size_t mib = std::size_t{1024} * 1024;

bool is_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto byte = [&](std::size_t k) { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0U; };
    const auto tail = [&](std::size_t k) { return (byte(k) & 0xC0U) == 0x80U; };
    std::uint32_t code = 0;
    if (byte(0) < 0x80) {
      i += 1;
      continue;
    }
    if ((byte(0) & 0xE0U) == 0xC0 && tail(1)) {
      code = (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
      if (code < 0x80) return false;
      i += 2;
    } else if ((byte(0) & 0xF0U) == 0xE0 && tail(1) && tail(2)) {
      code = (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
      if (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF)) return false;
      i += 3;
    } else if ((byte(0) & 0xF8U) == 0xF0 && tail(1) && tail(2) && tail(3)) {
      code = (byte(0) & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
      if (code < 0x10000 || code > 0x10FFFF) return false;
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

struct Reader {
  std::string_view text;
  char delimiter;
  std::size_t columns;
  std::uint64_t line;
  std::size_t at = 0;
  Table table;

  [[nodiscard]] bool ends_line(std::size_t i) const {
    if (i == text.size() || text[i] == '\n') return true;
    return text[i] == '\r' && (i + 1 == text.size() || text[i + 1] == '\n');
  }

  // The reject covers [begin, end of the line that holds `from`].
  void refuse_to_line_end(std::size_t begin, std::size_t from, const std::string& reason) {
    std::size_t lf = from;
    while (lf < text.size() && text[lf] != '\n') ++lf;
    std::string raw(text.substr(begin, lf - begin));
    if (!raw.empty() && raw.back() == '\r') raw.pop_back();
    table.rejects.push_back({line, reason, raw});
    advance(lf < text.size() ? lf + 1 : lf);
  }

  void advance(std::size_t to) {
    for (; at < to; ++at) {
      if (text[at] == '\n') ++line;
    }
  }

  void record() {
    const std::size_t begin = at;
    std::size_t i = at;
    std::vector<std::string> fields;
    for (;;) {
      std::string field;
      if (i < text.size() && text[i] == '"') {
        const std::size_t open = i++;
        bool closed = false;
        while (i < text.size()) {
          if (text[i] != '"') {
            field += text[i++];
          } else if (i + 1 < text.size() && text[i + 1] == '"') {
            // A doubled quote past the limit does not save the field.
            if (i - open - 1 > mib) break;
            field += '"';
            i += 2;
          } else {
            closed = true;
            break;
          }
        }
        if (!closed || i - open - 1 > mib) return refuse_to_line_end(begin, begin, "quote not closed within 1 MiB");
        ++i;
        if (!ends_line(i) && text[i] != delimiter) return refuse_to_line_end(begin, i, "text after a closing quote");
      } else {
        while (i < text.size() && text[i] != delimiter && text[i] != '\n') field += text[i++];
        if (i == text.size() || text[i] == '\n') {
          if (!field.empty() && field.back() == '\r') {
            field.pop_back();
            --i;
          }
        }
        if (field.size() > mib) return refuse_to_line_end(begin, i, "field over 1 MiB");
      }
      fields.push_back(field);
      const bool last = ends_line(i);
      const std::size_t reached = last ? i : i + 1;
      if (reached - begin > 16 * mib) return refuse_to_line_end(begin, begin + 16 * mib, "record over 16 MiB");
      if (last) break;
      ++i;
    }
    finish(begin, i, std::move(fields));
  }

  void finish(std::size_t begin, std::size_t end, std::vector<std::string> fields) {
    const std::string raw(text.substr(begin, end - begin));
    if (raw.find('\0') != std::string::npos) {
      table.rejects.push_back({line, "NUL byte", raw});
    } else if (!is_utf8(raw)) {
      table.rejects.push_back({line, "invalid UTF-8", raw});
    } else if (fields.size() != columns) {
      table.rejects.push_back({line,
                               std::to_string(fields.size()) + (fields.size() == 1 ? " field" : " fields") +
                                   ", expected " + std::to_string(columns),
                               raw});
    } else {
      table.rows.push_back({line, std::move(fields)});
    }
    while (end < text.size() && text[end] == '\r') ++end;
    advance(end < text.size() ? end + 1 : end);
  }

  void all() {
    while (at < text.size()) {
      if (ends_line(at)) {
        advance(text[at] == '\r' && at + 1 < text.size() ? at + 2 : at + 1);
      } else {
        record();
      }
    }
  }
};

}  // namespace

Table read(std::string_view text, char delimiter, std::size_t columns, std::uint64_t line) {
  Reader reader{text, delimiter, columns, line, 0, {}};
  reader.all();
  return std::move(reader.table);
}

}  // namespace weir::reference
