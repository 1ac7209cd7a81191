#include <gmock/gmock.h>

#include "render_helpers.h"

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string only_row(std::string key) {
  const Answer answer = answer_of("tags", 1, 4, {{std::move(key), 1}});
  return lines_of(render(answer, april(), Format::markdown, {})).at(2);
}

TEST(Markdown, IsATableAndWhatItStandsOn) {
  EXPECT_EQ(render(small_insights().answers[0], april(), Format::markdown, {}),
            "| Country | Events | Share |\n"
            "| --- | ---: | ---: |\n"
            "| Palau | 800,000 | 66.7 % |\n"
            "| France | 399,999 | 33.3 % |\n"
            "| (none) | 1 | <0.1 % |\n"
            "\n"
            "1,200,000 events · 3 countries · 2021-03-31 to 2021-04-30 · period 2021-04 · 0 missing · 0 rejected\n");
}

TEST(Markdown, HasAHeadingAQuestion) {
  EXPECT_EQ(
      render(small_insights(), Format::markdown, {}),
      "**1,200,000 events** · 2021-03-31 to 2021-04-30\n"
      "\n## Countries\n\n3 countries\n\n"
      "| Country | Events | Share |\n| --- | ---: | ---: |\n| Palau | 800,000 | 66.7 % |\n"
      "| France | 399,999 | 33.3 % |\n| (none) | 1 | <0.1 % |\n"
      "\n## URIs\n\n2 of 5 URIs\n\n"
      "| URI | Events | Share |\n| --- | ---: | ---: |\n| search | 600,000 | 50.0 % |\n| home | 300,000 | 25.0 % |\n"
      "\nperiod 2021-04 · 0 missing · 0 rejected\n");
}

TEST(Markdown, EscapesWhatMarkdownOrHtmlWouldRead) {
  EXPECT_EQ(only_row("a|b"), "| a\\|b | 1 | 25.0 % |");
  EXPECT_EQ(only_row("a\\|b"), "| a\\\\\\|b | 1 | 25.0 % |");
  EXPECT_EQ(only_row("<b>&amp;"), "| \\<b\\>\\&amp; | 1 | 25.0 % |");
  EXPECT_EQ(only_row("*a* _b_ `c` [d] ~e~"), "| \\*a\\* \\_b\\_ \\`c\\` \\[d\\] \\~e\\~ | 1 | 25.0 % |");
  EXPECT_EQ(only_row("two\nlines\x1b"), "| two\\\\nlines\\\\x1b | 1 | 25.0 % |");
}

TEST(Markdown, KeepsEveryAwkwardKeyInItsRow) {
  const std::string text = render(awkward_answer(), april(), Format::markdown, {});
  EXPECT_FALSE(has_control_characters(text));
  const std::vector<std::string> lines = lines_of(text);
  ASSERT_EQ(lines.size(), awkward_keys().size() + 4);
  for (std::size_t i = 2; i < awkward_keys().size() + 2; ++i) {
    std::size_t borders = 0;
    for (std::size_t at = 0; at < lines[i].size(); ++at) {
      if (lines[i][at] == '\\') {
        ++at;  // whatever it is, it is escaped
      } else if (lines[i][at] == '|') {
        ++borders;
      }
    }
    EXPECT_EQ(borders, 4U) << lines[i];
  }
}

TEST(Markdown, SaysWhenThereIsNothing) {
  EXPECT_THAT(render(answer_of("users", 0, 0, {}), april(), Format::markdown, {}),
              StartsWith("No events.\n\n0 events"));
  const Insights none{5, april(), {answer_of("users", 0, 5, {})}};
  EXPECT_THAT(render(none, Format::markdown, {}), HasSubstr("## Users\n\nNo values.\n"));
}

TEST(MarkdownListing, ShowsTheColumnsOfTheTable) {
  Listing listing{.name = "plan",
                  .columns = {{"period", "Period", CellKind::text},
                              {"bytes", "Size", CellKind::bytes},
                              {"etag", "ETag", CellKind::text, false},
                              {"note", "A|B", CellKind::text}},
                  .rows = {},
                  .empty_text = "Nothing to do."};
  EXPECT_EQ(render(listing, Format::markdown, {}), "Nothing to do.\n");
  listing.rows.push_back({"2021-04", std::uint64_t{174'548'802}, "secret", "x|y"});
  listing.rows.push_back({"2021-05", {}, {}, {}});
  EXPECT_EQ(render(listing, Format::markdown, {}),
            "| Period | Size | A\\|B |\n| --- | ---: | --- |\n| 2021-04 | 174.5 MB | x\\|y |\n| 2021-05 | – | – |\n");
}

}  // namespace
}  // namespace weir
