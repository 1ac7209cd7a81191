#include "render_helpers.h"

#include <array>

#include "weir/period.h"

namespace weir {

Answer answer_of(std::string_view question, std::uint64_t distinct, std::uint64_t events, std::vector<Count> rows) {
  return {find_question(question), distinct, events, std::move(rows)};
}

Coverage april() {
  return {to_day_number({2021, 3, 31}), to_day_number({2021, 4, 30}), {{2021, 4, 0}}, {}, 0};
}

Insights small_insights() {
  return {1'200'000,
          april(),
          {answer_of("countries", 3, 1'200'000, {{"Palau", 800'000}, {"France", 399'999}, {"(none)", 1}}),
           answer_of("uris", 5, 1'200'000, {{"search", 600'000}, {"home", 300'000}})}};
}

const std::vector<std::string>& awkward_keys() {
  static const std::vector<std::string> keys{
      "plain",
      "(none)",
      "a \"quoted\" one",
      "Korea, Republic of",
      "two\nlines",
      "two\r\nlines",
      "a|b",
      "a\\|b",
      "ends in \\",
      "\x1b[2J\x1b]0;title\x07",
      "C1 \xC2\x9Bm",
      "del\x7f tab\t",
      "<script>alert(1)</script> & *bold* _it_ `code` [link](x) ~~no~~",
      "日本語のキー",
      "Côte d'Ivoire",
      "e\xCC\x81 combining",
      "😀 emoji",
      " leading and trailing ",
      "=1+1",
      "\"",
      ",",
      "\n",
  };
  return keys;
}

Answer awkward_answer() {
  Answer answer = answer_of("tags", awkward_keys().size(), 1000, {});
  std::uint64_t events = 500;
  for (const std::string& key : awkward_keys()) answer.rows.push_back({key, events -= 7});
  return answer;
}

std::string random_key(std::mt19937& random) {
  static constexpr std::array<std::string_view, 24> pieces{
      "a",  "B7", " ",         ",",    "\"", "\n", "\r", "|", "\\",    "\x1b[1m",    "\x7f", "\xC2\x9B",
      "\t", "é",  "e\xCC\x81", "日本", "😀",  "*",  "_",  "<", "&amp;", "long words", "'",    "\xE2\x80\x8D"};
  std::string key;
  const std::size_t count = 1 + random() % 12;
  for (std::size_t i = 0; i < count; ++i) key += pieces[random() % pieces.size()];
  return key;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool has_control_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

std::string without_colour(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\x1b[") {
      i = text.find('m', i);
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace weir
