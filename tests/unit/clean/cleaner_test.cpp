#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "base/text.h"
#include "clean/clean.h"

namespace weir {
namespace {

using namespace std::literals;
using testing::ElementsAre;
using testing::IsEmpty;

// A dump with the columns id,timestamp,email,country,ip,uri,action,tags in this order, all of them selected.
ColumnBinding whole_binding() {
  ColumnBinding binding;
  for (int i = 0; i < static_cast<int>(stored_field_count); ++i) binding.index[static_cast<std::size_t>(i)] = i;
  return binding;
}
const std::vector<int> whole_selection{0, 1, 2, 3, 4, 5, 6, 7};

// Rows of a batch, with the memory they live in.
class Rows {
 public:
  explicit Rows(std::size_t columns) { batch_.columns.resize(columns); }
  Rows& add(const std::vector<std::string>& fields) {
    std::string record;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      batch_.columns[i].push_back(keep(fields[i]));
      record += (i == 0 ? "" : ",") + fields[i];
    }
    batch_.records.push_back(keep(record));
    batch_.lines.push_back(static_cast<std::uint32_t>(2 * batch_.rows++));
    return *this;
  }
  RowBatch& batch() { return batch_; }

 private:
  std::string_view keep(const std::string& text) { return texts_.emplace_back(text); }
  std::deque<std::string> texts_;
  RowBatch batch_;
};

std::vector<std::string> shown(const std::vector<std::string_view>& column) {
  std::vector<std::string> out;
  for (const std::string_view text : column) out.push_back(text.data() == nullptr ? "NULL" : std::string(text));
  return out;
}

std::vector<std::string> tags_of(const EventBatch& events, std::size_t row) {
  const auto begin = events.tags.values.begin();
  return {begin + events.tags.offsets[row], begin + events.tags.offsets[row + 1]};
}

TEST(Cleaner, FillsEveryField) {
  Rows rows(8);
  rows.add({" 1 ", " 2021-04-24T01:00:00+02:00 ", " Ann@Mail.Example.co.uk ", " France ", " ::1 ", "blog", "view",
            "['a', 'b', 'a']"});
  rows.add({"", "1969-12-31T23:59:59Z", "", "  ", "", "", "", "[]"});
  Cleaner cleaner(all_fields, whole_binding(), whole_selection);
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  ASSERT_EQ(events.rows, 2U);
  EXPECT_THAT(shown(events.id), ElementsAre("1", "NULL"));
  EXPECT_THAT(events.timestamp_us, ElementsAre(1619218800000000, -1000000));
  EXPECT_THAT(events.day, ElementsAre(18740, -1));
  EXPECT_THAT(shown(events.email), ElementsAre("Ann@Mail.Example.co.uk", "NULL"));
  EXPECT_THAT(shown(events.company), ElementsAre("example", "Unknown company"));
  EXPECT_THAT(shown(events.country), ElementsAre("France", "NULL"));
  EXPECT_THAT(shown(events.ip), ElementsAre("::1", "NULL"));
  EXPECT_THAT(shown(events.uri), ElementsAre("blog", "NULL"));
  EXPECT_THAT(shown(events.action), ElementsAre("view", "NULL"));
  EXPECT_THAT(tags_of(events, 0), ElementsAre("a", "b"));
  EXPECT_THAT(tags_of(events, 1), IsEmpty());
  EXPECT_THAT(events.rejects, IsEmpty());
}

TEST(Cleaner, FillsOnlyWhatIsWanted) {
  Rows rows(2);
  rows.add({"2021-04-24", "a@b.com"});
  ColumnBinding binding = whole_binding();
  Cleaner cleaner({Field::company, Field::day}, binding, Cleaner::columns_for({Field::company, Field::day}, binding));
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  EXPECT_EQ(events.rows, 1U);
  EXPECT_THAT(shown(events.company), ElementsAre("b"));
  EXPECT_THAT(events.day, ElementsAre(18741));
  EXPECT_THAT(events.email, IsEmpty());
  EXPECT_THAT(events.timestamp_us, IsEmpty());
  EXPECT_THAT(events.tags.offsets, IsEmpty());
}

TEST(Cleaner, AFieldThatNoColumnCarriesIsNull) {
  Rows rows(1);
  rows.add({"France"}).add({""});
  ColumnBinding binding;
  binding.index[static_cast<std::size_t>(Field::country)] = 5;
  Cleaner cleaner(all_fields, binding, {5});
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  ASSERT_EQ(events.rows, 2U);
  EXPECT_THAT(shown(events.country), ElementsAre("France", "NULL"));
  EXPECT_THAT(shown(events.email), ElementsAre("NULL", "NULL"));
  EXPECT_THAT(shown(events.company), ElementsAre("NULL", "NULL"));
  EXPECT_THAT(events.timestamp_us, ElementsAre(no_time_us, no_time_us));
  EXPECT_THAT(events.day, ElementsAre(no_day, no_day));
  EXPECT_THAT(events.tags.offsets, ElementsAre(0, 0, 0));
  EXPECT_THAT(events.rejects, IsEmpty());
}

// The texts of hundreds of thousands of rejects are not copied on their way.
TEST(Cleaner, TakesTheDecodersRejects) {
  Rows rows(1);
  rows.batch().rejects = {{3, std::string(100, 'r'), "x"}};
  const char* const reason = rows.batch().rejects[0].reason.data();
  Cleaner cleaner({Field::country}, ColumnBinding(), {});
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  ASSERT_EQ(events.rejects.size(), 1U);
  EXPECT_EQ(static_cast<const void*>(events.rejects[0].reason.data()), static_cast<const void*>(reason));
  EXPECT_THAT(rows.batch().rejects, IsEmpty());
}

TEST(Cleaner, RejectsRowsWithoutATimeInLineOrder) {
  Rows rows(2);
  rows.add({"2021-04-24", "a"}).add({" ", "b"}).add({"soon", "c"}).add({"2021-04-25", "d"}).add({"2021-04-31", "e"});
  rows.batch().first_line = 100;
  rows.batch().rejects = {{103, "decoder", "x"}, {120, "decoder", "y"}};
  ColumnBinding binding;
  binding.index[static_cast<std::size_t>(Field::timestamp)] = 0;
  binding.index[static_cast<std::size_t>(Field::country)] = 1;
  Cleaner cleaner({Field::country, Field::day}, binding, {0, 1});
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  EXPECT_THAT(shown(events.country), ElementsAre("a", "d"));
  EXPECT_THAT(events.day, ElementsAre(18741, 18742));
  ASSERT_EQ(events.rejects.size(), 5U);
  std::vector<std::uint64_t> lines;
  for (const Reject& reject : events.rejects) lines.push_back(reject.line);
  EXPECT_THAT(lines, ElementsAre(102, 103, 104, 108, 120));
  EXPECT_EQ(events.rejects[0].reason, "timestamp is empty");
  EXPECT_EQ(events.rejects[2].reason, "timestamp is not a time: soon");
  EXPECT_EQ(events.rejects[2].raw, "soon,c");
}

TEST(Cleaner, RejectsTheSameRowsWhateverIsWanted) {
  Rows rows(1);
  rows.add({"2021-04-24"}).add({"never"});
  Cleaner cleaner({Field::country}, whole_binding(), {1});
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  EXPECT_EQ(events.rows, 1U);
  EXPECT_EQ(events.rejects.size(), 1U);
}

TEST(Cleaner, ABatchMayBeRejectedWhole) {
  Rows rows(8);
  rows.add({"1", "x", "", "", "", "", "", ""});
  Cleaner cleaner(all_fields, whole_binding(), whole_selection);
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  EXPECT_EQ(events.rows, 0U);
  EXPECT_THAT(events.day, IsEmpty());
  EXPECT_THAT(events.tags.offsets, ElementsAre(0));
  EXPECT_EQ(events.rejects.size(), 1U);
}

TEST(Cleaner, TheReasonIsShortAndPrintable) {
  const std::string prefix = "timestamp is not a time: ";
  for (const std::string& text : {"\x1b[31m"s, std::string(80, 'x'), std::string(81, 'x'), std::string(30, '\x07'),
                                  "x" + std::string(100, '\n') + "x", std::string(200'000, 'z')}) {
    Rows rows(1);
    rows.add({text});
    Cleaner cleaner({Field::day}, whole_binding(), {1});
    EventBatch events;
    cleaner.clean(rows.batch(), events);
    ASSERT_EQ(events.rejects.size(), 1U);
    const std::string quoted = events.rejects[0].reason.substr(prefix.size());
    EXPECT_LE(quoted.size(), 80U);
    EXPECT_EQ(printable(quoted), quoted);
    EXPECT_EQ(quoted.ends_with("…"), printable(text).size() > 80);
  }
  for (std::size_t before = 0; before < 5; ++before) {
    std::string wide(before, 'x');
    for (int i = 0; i < 50; ++i) wide += "日";
    Rows rows(1);
    rows.add({wide});
    Cleaner cleaner({Field::day}, whole_binding(), {1});
    EventBatch events;
    cleaner.clean(rows.batch(), events);
    const std::string& reason = events.rejects.at(0).reason;
    EXPECT_EQ(valid_utf8_prefix(reason), reason.size());
    EXPECT_GT(reason.size(), prefix.size() + 70);
  }
}

TEST(Cleaner, ForgetsTheBatchBefore) {
  Cleaner cleaner(all_fields, whole_binding(), whole_selection);
  EventBatch events;
  Rows first(8);
  first.add({"1", "2021-04-24", "a@b.com", "France", "", "", "", "['x\\ty']"})
      .add({"2", "bad", "", "", "", "", "", ""});
  cleaner.clean(first.batch(), events);
  Rows second(8);
  second.add({"3", "2021-04-25", "a@c.com", "Palau", "", "", "", "['z\\ty']"});
  cleaner.clean(second.batch(), events);
  EXPECT_EQ(events.rows, 1U);
  EXPECT_THAT(shown(events.id), ElementsAre("3"));
  EXPECT_THAT(shown(events.company), ElementsAre("c"));
  EXPECT_THAT(tags_of(events, 0), ElementsAre("z\ty"));
  EXPECT_THAT(events.rejects, IsEmpty());
}

TEST(Cleaner, TwoFieldsMayShareAColumn) {
  Rows rows(2);
  rows.add({"2021-04-24", "a@b.com"});
  ColumnBinding binding;
  binding.index[static_cast<std::size_t>(Field::timestamp)] = 0;
  binding.index[static_cast<std::size_t>(Field::email)] = 3;
  binding.index[static_cast<std::size_t>(Field::id)] = 3;
  const FieldSet wanted{Field::id, Field::email};
  EXPECT_THAT(Cleaner::columns_for(wanted, binding), ElementsAre(0, 3));
  Cleaner cleaner(wanted, binding, {0, 3});
  EventBatch events;
  cleaner.clean(rows.batch(), events);
  EXPECT_THAT(shown(events.id), ElementsAre("a@b.com"));
  EXPECT_THAT(shown(events.email), ElementsAre("a@b.com"));
}

TEST(ColumnsFor, AlwaysTheTimestampAndWhatCompanyNeeds) {
  EXPECT_THAT(Cleaner::columns_for({}, whole_binding()), ElementsAre(1));
  EXPECT_THAT(Cleaner::columns_for({Field::company, Field::tags}, whole_binding()), ElementsAre(1, 2, 7));
  EXPECT_THAT(Cleaner::columns_for(all_fields, ColumnBinding{}), IsEmpty());
}

}  // namespace
}  // namespace weir
