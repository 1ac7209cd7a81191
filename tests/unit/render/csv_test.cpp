#include <gmock/gmock.h>

#include <optional>

#include "render_helpers.h"

namespace weir {
namespace {

using ::testing::ElementsAre;
using Fields = std::vector<std::string>;

// RFC 4180 one byte at a time, stricter than readers are: quotes only around whole fields, LF ends every record.
// nullopt: it is no such CSV.
std::optional<std::vector<Fields>> parse_csv(std::string_view text) {
  std::vector<Fields> records;
  Fields record(1);
  enum { start, bare, quoted, closed } state = start;
  for (const char byte : text) {
    if (state == quoted) {
      if (byte == '"') {
        state = closed;
      } else {
        record.back() += byte;
      }
    } else if (byte == '"') {
      if (state == bare) return std::nullopt;
      if (state == closed) record.back() += '"';
      state = quoted;
    } else if (byte == ',') {
      record.emplace_back();
      state = start;
    } else if (byte == '\n') {
      records.push_back(record);
      record.assign(1, {});
      state = start;
    } else {
      if (state == closed || byte == '\r') return std::nullopt;
      record.back() += byte;
      state = bare;
    }
  }
  if (state != start || record.size() != 1) return std::nullopt;
  return records;
}

Fields fields_of(const Count& count) {
  return {count.key, std::to_string(count.events)};
}

TEST(Csv, HasAHeaderAndPlainRows) {
  EXPECT_EQ(render(small_insights().answers[0], april(), Format::csv, {}),
            "key,events\nPalau,800000\nFrance,399999\n(none),1\n");
  EXPECT_EQ(render(small_insights(), Format::csv, {}),
            "question,key,events\ncountries,Palau,800000\ncountries,France,399999\ncountries,(none),1\n"
            "uris,search,600000\nuris,home,300000\n");
}

TEST(Csv, QuotesOnlyWhatItMust) {
  const Answer answer =
      answer_of("uris", 6, 21, {{"a b|c;'", 6}, {"a,b", 5}, {"a\"b", 4}, {"a\nb", 3}, {"a\rb", 2}, {"", 1}});
  EXPECT_EQ(render(answer, april(), Format::csv, {}),
            "key,events\na b|c;',6\n\"a,b\",5\n\"a\"\"b\",4\n\"a\nb\",3\n\"a\rb\",2\n\"\",1\n");
}

TEST(Csv, IsItsHeaderWithoutRows) {
  EXPECT_EQ(render(answer_of("users", 0, 0, {}), april(), Format::csv, {}), "key,events\n");
  EXPECT_EQ(render(Insights{}, Format::csv, {}), "question,key,events\n");
}

TEST(Csv, GivesAwkwardKeysBack) {
  const Answer answer = awkward_answer();
  const auto records = parse_csv(render(answer, april(), Format::csv, {}));
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), answer.rows.size() + 1);
  EXPECT_THAT(records->front(), ElementsAre("key", "events"));
  for (std::size_t i = 0; i < answer.rows.size(); ++i) EXPECT_EQ((*records)[i + 1], fields_of(answer.rows[i]));
}

TEST(Csv, GivesRandomInsightsBack) {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    Insights insights{1'000'000, april(), {}};
    std::vector<Fields> expected{{"question", "key", "events"}};
    for (const char* const question : {"countries", "tags"}) {
      Answer answer = answer_of(question, 50, 1'000'000, {});
      for (std::uint64_t rows = random() % 6; rows > 0; --rows) {
        answer.rows.push_back({random_key(random), random() % 1'000'000});
        Fields fields = fields_of(answer.rows.back());
        fields.insert(fields.begin(), question);
        expected.push_back(fields);
      }
      insights.answers.push_back(answer);
    }
    ASSERT_EQ(parse_csv(render(insights, Format::csv, {})), expected);
  }
}

TEST(Csv, NeverLetsATerminalObeyAKey) {
  const TableStyle terminal{.colour = true, .width_columns = 80};
  const std::string shown = render(awkward_answer(), april(), Format::csv, terminal);
  EXPECT_FALSE(has_control_characters(shown));
  EXPECT_TRUE(has_control_characters(render(awkward_answer(), april(), Format::csv, {})))
      << "data are kept as they are";
  const auto records = parse_csv(shown);
  ASSERT_TRUE(records);
  EXPECT_EQ(records->size(), awkward_keys().size() + 1);
  EXPECT_EQ(render(small_insights(), Format::csv, terminal), render(small_insights(), Format::csv, {}));
}

TEST(CsvListing, WritesPlainValuesAndTellsNullFromEmpty) {
  Listing listing{.name = "ingestions",
                  .columns = {{"uri", "URI", CellKind::text},
                              {"bytes", "Size", CellKind::bytes, false},
                              {"seconds", "Took", CellKind::seconds},
                              {"forced", "Forced", CellKind::boolean},
                              {"columns", "Columns", CellKind::list},
                              {"at", "At", CellKind::time},
                              {"error", "Error", CellKind::text, true, true}},
                  .rows = {},
                  .empty_text = "Nothing."};
  EXPECT_EQ(render(listing, Format::csv, {}), "uri,bytes,seconds,forced,columns,at,error\n");
  listing.rows.push_back({"s3://b/a,b", std::uint64_t{174'548'802}, 1.9, false, std::vector<std::string>{"a", "b\"c"},
                          std::int64_t{1'795'544'617'000'000}, ""});
  listing.rows.push_back({{}, {}, {}, {}, {}, {}, {}});
  const std::string text = render(listing, Format::csv, {});
  EXPECT_EQ(text,
            "uri,bytes,seconds,forced,columns,at,error\n"
            "\"s3://b/a,b\",174548802,1.9,false,\"[\"\"a\"\",\"\"b\\\"\"c\"\"]\",2026-11-24T18:23:37Z,\"\"\n"
            ",,,,,,\n");
  const auto records = parse_csv(text);
  ASSERT_TRUE(records);
  EXPECT_EQ((*records)[1][4], R"(["a","b\"c"])");
}

TEST(ParseCsv, RefusesWhatIsNoCsv) {
  EXPECT_FALSE(parse_csv("a\"b\n"));
  EXPECT_FALSE(parse_csv("\"a\"b\n"));
  EXPECT_FALSE(parse_csv("\"a\n"));
  EXPECT_FALSE(parse_csv("a\r\n"));
  EXPECT_FALSE(parse_csv("a"));
}

}  // namespace
}  // namespace weir
