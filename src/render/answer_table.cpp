#include <algorithm>
#include <span>
#include <vector>

#include "base/text.h"
#include "render/answer_rows.h"
#include "render/table.h"
#include "render/words.h"

namespace weir::rendering {
namespace {

constexpr std::size_t indent = 2;
constexpr std::size_t two_panes_min = 132;  // columns for two questions side by side, both with bars
constexpr std::size_t pane_gap = 4;

// What was asked: the question, and its summary as far as there is room.
std::string title_line(const Question& question, std::size_t width, const Paint& paint) {
  const std::string title = title_of(question);
  std::string out = paint.title(title);
  const std::size_t taken = title.size() + column_gap;
  if (width == 0 || taken < width) {
    out.append(column_gap, ' ');
    out += paint.dim(width == 0 ? std::string(question.summary) : cut(question.summary, width - taken));
  }
  return out += '\n';
}

std::string heading_line(const Question& question, const AnswerColumns& columns, const Paint& paint) {
  std::string headings;
  append_left(headings, cut(question.heading, columns.key), columns.key);
  headings.append(column_gap, ' ');
  append_right(headings, "Events", columns.events);
  headings.append(column_gap, ' ');
  append_right(headings, "Share", columns.share);
  return paint.dim(headings) + "\n";
}

// One question of the insights.
std::vector<Line> section(const Answer& answer, const AnswerColumns& columns, const Paint& paint) {
  std::vector<Line> lines;
  const std::string title = title_of(*answer.question);
  lines.emplace_back().add(title, paint.title(title));
  if (const std::string reason = reason_for_no_rows(answer); !reason.empty()) {
    Line& line = lines.emplace_back();
    line.fill_to(indent);
    line.add(reason, paint.dim(reason));
    return lines;
  }
  const std::string rows = "  " + format_count(answer.rows.size()) + " of " + format_count(answer.distinct);
  lines.back().add(rows, paint.dim(rows));
  const std::uint64_t largest = largest_of(answer);
  for (const Count& count : answer.rows) lines.push_back(answer_row(answer, count, largest, columns, indent, paint));
  return lines;
}

void append_section(std::string& out, std::span<const Line> lines) {
  for (const Line& line : lines) out.append(line.text).append("\n");
}

void append_side_by_side(std::string& out, std::vector<Line> left, std::span<const Line> right, std::size_t pane) {
  left.resize(std::max(left.size(), right.size()));
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (i < right.size()) {
      left[i].fill_to(pane + pane_gap);
      left[i].text += right[i].text;
    }
    out.append(left[i].text).append("\n");
  }
}

}  // namespace

std::string cut_to_fit(std::string_view text, std::size_t width) {
  return width == 0 ? std::string(text) : cut(text, width);
}

std::string remark_lines(std::span<const Remark> remarks, std::size_t width, const Paint& paint) {
  constexpr std::string_view separator = " · ";
  std::string out;
  std::size_t used = 0;
  for (const Remark& remark : remarks) {
    const std::string text = cut_to_fit(remark.text, width);
    const std::size_t columns = display_width(text);
    if (used > 0 && width > 0 && used + display_width(separator) + columns > width) {
      out += '\n';
      used = 0;
    } else if (used > 0) {
      out += paint.dim(separator);
      used += display_width(separator);
    }
    out += remark.warning ? paint.warning(text) : paint.dim(text);
    used += columns;
  }
  return out += '\n';
}

std::string table(const Answer& answer, const Coverage& coverage, const TableStyle& style) {
  const Paint paint(style.colour);
  std::string out = title_line(*answer.question, style.width_columns, paint) + "\n";
  const AnswerColumns columns = fit_columns({&answer, 1}, style.width_columns);
  const std::string reason = reason_for_no_rows(answer);
  out += reason.empty() ? heading_line(*answer.question, columns, paint) : reason + "\n";
  const std::uint64_t largest = largest_of(answer);
  for (const Count& count : answer.rows) {
    out.append(answer_row(answer, count, largest, columns, 0, paint).text).append("\n");
  }
  out += '\n';
  std::vector<Remark> remarks{{events_of(answer.events)}, {keys_of(answer)}, {days_of(coverage)}};
  const std::vector<Remark> more = remarks_on_dumps(coverage);
  remarks.insert(remarks.end(), more.begin(), more.end());
  return out += remark_lines(remarks, style.width_columns, paint);
}

std::string table(const Insights& insights, const TableStyle& style) {
  const Paint paint(style.colour);
  const std::size_t width = style.width_columns;
  const bool two_panes = width >= two_panes_min;
  const std::size_t pane = two_panes ? (width - pane_gap) / 2 : width;
  const AnswerColumns columns = fit_columns(insights.answers, width == 0 ? 0 : std::max(pane, indent + 1) - indent);
  const std::string headline = events_of(insights.events) + " · " + days_of(insights.coverage);
  std::string out = paint.title(cut_to_fit(headline, width)) + "\n\n";
  const std::span<const Answer> answers = insights.answers;
  for (std::size_t i = 0; i < answers.size(); i += two_panes ? 2 : 1) {
    std::vector<Line> lines = section(answers[i], columns, paint);
    if (two_panes && i + 1 < answers.size()) {
      append_side_by_side(out, std::move(lines), section(answers[i + 1], columns, paint), pane);
    } else {
      append_section(out, lines);
    }
    out += '\n';
  }
  return out += remark_lines(remarks_on_dumps(insights.coverage), width, paint);
}

}  // namespace weir::rendering
