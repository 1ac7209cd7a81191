// The csv-spectrum collection, where it is at hand: each file must read as its JSON says.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "csv_helpers.h"

namespace weir {
namespace {

namespace fs = std::filesystem;
using testing::read_csv;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The collection's JSON of this file is one object, not an array, and of another telephone number than the CSV's: its
// row is written out here instead.
nlohmann::json location_coordinates() {
  return nlohmann::json::array({{{"Contact Phone Number", "2095257564"},
                                 {"Location Coordinates", "37\uFFFD36'37.8\"N 121\uFFFD2'17.9\"W"},
                                 {"Cities", "Modesto"},
                                 {"Counties", "Stanislaus"}}});
}

nlohmann::json rows_expected(const fs::path& folder, const std::string& name) {
  if (name == "location_coordinates") return location_coordinates();
  return nlohmann::json::parse(content_of(folder / "json" / (name + ".json")));
}

TEST(CsvSpectrum, EveryFileReadsAsItsJson) {
  const fs::path folder = WEIR_CSV_SPECTRUM;
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder / "csvs")) {
    ++files;
    const std::string name = entry.path().stem().string();
    const auto expected = rows_expected(folder, name);
    for (const std::size_t block : {1UL, 7UL, 512UL * 1024UL}) {
      CsvOptions options;
      options.block_bytes = block;
      const auto result = read_csv(content_of(entry.path()), options, 2);
      ASSERT_TRUE(result.has_value()) << name << ": " << to_string(result.error());
      EXPECT_TRUE(result->table.rejects.empty()) << name;
      ASSERT_EQ(result->table.rows.size(), expected.size()) << name;
      for (std::size_t row = 0; row < expected.size(); ++row) {
        ASSERT_EQ(expected[row].size(), result->columns.size()) << name;
        for (std::size_t i = 0; i < result->columns.size(); ++i) {
          EXPECT_EQ(result->table.rows[row].fields[i], expected[row].at(result->columns[i]).get<std::string>()) << name;
        }
      }
    }
  }
  EXPECT_GT(files, 0U);
}

}  // namespace
}  // namespace weir
