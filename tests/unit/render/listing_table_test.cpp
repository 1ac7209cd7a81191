#include <gmock/gmock.h>

#include "render/display.h"
#include "render_helpers.h"

namespace weir {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Listing ingestions() {
  Listing listing{.name = "ingestions",
                  .columns = {{"id", "Id", CellKind::count},
                              {"period", "Period", CellKind::text},
                              {"uri", "URI", CellKind::text},
                              {"bytes", "Size", CellKind::bytes},
                              {"seconds", "Took", CellKind::seconds},
                              {"forced", "Forced", CellKind::boolean},
                              {"etag", "ETag", CellKind::text, false},
                              {"finished_at", "Finished", CellKind::time},
                              {"columns", "Columns", CellKind::list}},
                  .rows = {},
                  .empty_text = "Nothing was loaded."};
  listing.rows.push_back({std::uint64_t{1}, "2021-04", "s3://b/2021/04.csv", std::uint64_t{174'548'802}, 1.94, false,
                          "hidden", std::int64_t{1'795'544'617'250'000}, std::vector<std::string>{"id", "email"}});
  listing.rows.push_back(
      {std::uint64_t{1234}, "2021-05", "日本", std::uint64_t{0}, 0.01, true, {}, {}, std::vector<std::string>{}});
  return listing;
}

TEST(ListingTable, LooksLikeThis) {
  const std::string expected =
      "   Id  Period   URI                     Size    Took  Forced  Finished             Columns\n"
      "    1  2021-04  s3://b/2021/04.csv  174.5 MB   1.9 s  no      2026-11-24 18:23:37  id, email\n"
      "1,234  2021-05  日本                     0 B  <0.1 s  yes     –\n";
  EXPECT_EQ(render(ingestions(), Format::table, {}), expected);
  EXPECT_EQ(render(ingestions(), Format::table, {.colour = false, .width_columns = 120}), expected);
}

TEST(ListingTable, CutsTextsNotNumbersToFit) {
  const std::string text = render(ingestions(), Format::table, {.colour = false, .width_columns = 83});
  const std::vector<std::string> lines = lines_of(text);
  for (const std::string& line : lines) EXPECT_LE(rendering::display_width(line), 83U) << line;
  EXPECT_EQ(lines[1], "    1  2021-04  s3://b/2…  174.5 MB   1.9 s  no      2026-11-24 18:23:37  id, email");
}

TEST(ListingTable, LeavesEightColumnsOfATextHoweverNarrow) {
  const std::string text = render(ingestions(), Format::table, {.colour = false, .width_columns = 10});
  EXPECT_THAT(text, HasSubstr("s3://b/…  174.5 MB"));
}

TEST(ListingTable, SaysWhenThereIsNothing) {
  Listing listing = ingestions();
  listing.rows.clear();
  EXPECT_EQ(render(listing, Format::table, {}), "Nothing was loaded.\n");
  listing.empty_text.clear();
  EXPECT_EQ(render(listing, Format::table, {}), "Id  Period  URI  Size  Took  Forced  Finished  Columns\n");
}

TEST(ListingTable, NeverLetsATerminalObeyACell) {
  Listing listing{
      .name = "rejects",
      .columns = {{"line", "Line", CellKind::count}, {"raw", "Raw", CellKind::text}, {"tags", "Tags", CellKind::list}},
      .rows = {},
      .empty_text = {}};
  for (const std::string& key : awkward_keys()) {
    listing.rows.push_back({std::uint64_t{7}, key, std::vector<std::string>{key, "\xFF"}});
  }
  for (const unsigned width : {0U, 60U}) {
    const std::string text = render(listing, Format::table, {.colour = false, .width_columns = width});
    EXPECT_FALSE(has_control_characters(text));
    EXPECT_EQ(lines_of(text).size(), awkward_keys().size() + 1);
  }
}

TEST(ListingTable, LetsOneGiantCellRunOver) {
  Listing listing{.name = "rejects", .columns = {{"raw", "Raw"}, {"reason", "Reason"}}, .rows = {}, .empty_text = {}};
  listing.rows.push_back({std::string(8000, 'x'), "wrong number of fields"});
  listing.rows.push_back({"y", "empty"});
  const std::string text = render(listing, Format::table, {});
  EXPECT_THAT(text, HasSubstr(std::string(8000, 'x') + "  wrong number of fields\n"));
  EXPECT_THAT(text, HasSubstr("y" + std::string(119, ' ') + "  empty\n"));
}

TEST(ListingTable, ColoursItsHeadingsAlone) {
  const std::vector<std::string> plain = lines_of(render(ingestions(), Format::table, {}));
  const std::vector<std::string> painted = lines_of(render(ingestions(), Format::table, {.colour = true}));
  EXPECT_EQ(painted[0], "\x1b[2m" + plain[0] + "\x1b[0m");
  EXPECT_THAT(painted[1], Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace weir
