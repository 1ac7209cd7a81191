#include "convert/columns.h"

#include <gmock/gmock.h>

namespace weir::convert_tests {
namespace {

using converting::ColumnNames;
using converting::parquet_names;
using converting::Renamed;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ColumnBinding bound(Field field, int column) {
  ColumnBinding binding;
  binding.index[static_cast<std::size_t>(field)] = column;
  return binding;
}

TEST(ParquetNames, ThoseThatDifferStay) {
  const ColumnNames names = parquet_names({"id", "Grüße", " a b "}, {});
  EXPECT_THAT(names.names, ElementsAre("id", "Grüße", " a b "));
  EXPECT_THAT(names.renamed, IsEmpty());
}

TEST(ParquetNames, NoneIsEmptyAndNoTwoDifferInCapitalsOnly) {
  const ColumnNames names = parquet_names({"", "a", "A", "a", "", "column_5", "a_3"}, {});
  EXPECT_THAT(names.names, ElementsAre("column_1", "a", "A_4", "a_5", "column_6", "column_5", "a_3"));
  EXPECT_THAT(names.renamed,
              ElementsAre(Renamed{"", "column_1"}, Renamed{"A", "A_4"}, Renamed{"a", "a_5"}, Renamed{"", "column_6"}));
}

TEST(ParquetNames, TheColumnsOfFieldsKeepTheirs) {
  const ColumnNames names = parquet_names({"EMAIL", "Email", "email"}, bound(Field::email, 2));
  EXPECT_THAT(names.names, ElementsAre("EMAIL_1", "Email_2", "email"));
}

}  // namespace
}  // namespace weir::convert_tests
