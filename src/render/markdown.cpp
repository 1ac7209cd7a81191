#include "render/markdown.h"

#include <cassert>
#include <string_view>

#include "base/text.h"
#include "render/cell.h"
#include "render/words.h"

namespace weir::rendering {
namespace {

void append_table(std::string& out, const Answer& answer) {
  if (const std::string reason = reason_for_no_rows(answer); !reason.empty()) {
    out.append(reason).append("\n");
    return;
  }
  out.append("| ").append(answer.question->heading).append(" | Events | Share |\n| --- | ---: | ---: |\n");
  for (const Count& count : answer.rows) {
    out.append("| ").append(markdown_escaped(printable(count.key)));
    out.append(" | ").append(format_count(count.events));
    out.append(" | ").append(share(count.events, answer.events)).append(" |\n");
  }
}

void append_remarks(std::string& out, const Coverage& coverage) {
  std::string_view separator;
  for (const Remark& remark : remarks_on_dumps(coverage)) {
    out.append(separator).append(remark.text);
    separator = " · ";
  }
  out += '\n';
}

}  // namespace

// `text` is printable() already, so newlines have become \n.
std::string markdown_escaped(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (std::string_view("\\|`*_<>[]~&#").find(byte) != std::string_view::npos) out += '\\';
    out += byte;
  }
  return out;
}

std::string markdown(const Insights& insights) {
  std::string out = "**" + events_of(insights.events) + "** · " + days_of(insights.coverage) + "\n";
  for (const Answer& answer : insights.answers) {
    out.append("\n## ").append(title_of(*answer.question)).append("\n\n");
    if (answer.distinct > 0) out.append(keys_of(answer)).append("\n\n");
    append_table(out, answer);
  }
  out += '\n';
  append_remarks(out, insights.coverage);
  return out;
}

std::string markdown(const Answer& answer, const Coverage& coverage) {
  std::string out;
  append_table(out, answer);
  out.append("\n").append(events_of(answer.events)).append(" · ").append(keys_of(answer));
  out.append(" · ").append(days_of(coverage)).append(" · ");
  append_remarks(out, coverage);
  return out;
}

std::string markdown(const Listing& listing) {
  if (listing.rows.empty() && !listing.empty_text.empty()) return listing.empty_text + "\n";
  std::string headings = "|";
  std::string rule = "|";
  for (const ListingColumn& column : listing.columns) {
    if (!column.in_table) continue;
    headings.append(" ").append(markdown_escaped(column.heading)).append(" |");
    rule.append(is_number(column.kind) ? " ---: |" : " --- |");
  }
  std::string out = headings + "\n" + rule + "\n";
  for (const std::vector<Cell>& row : listing.rows) {
    assert(row.size() == listing.columns.size());
    out += '|';
    for (std::size_t i = 0; i < row.size(); ++i) {
      const ListingColumn& column = listing.columns[i];
      if (column.in_table) out.append(" ").append(markdown_escaped(friendly_text(row[i], column.kind))).append(" |");
    }
    out += '\n';
  }
  return out;
}

}  // namespace weir::rendering
