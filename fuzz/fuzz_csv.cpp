// The scanner against the slow reference. The first bytes of the input choose block size, columns, delimiter and
// readers.
#include <cstdio>
#include <cstdlib>

#include "csv_helpers.h"

namespace {

using namespace weir;

reference::Table expected_of(std::string_view body, char delimiter, std::size_t columns) {
  reference::Table table = reference::read(body, delimiter, columns, 1);
  for (reference::Refused& refused : table.rejects) refused.raw = reject_raw(refused.raw);
  std::sort(table.rows.begin(), table.rows.end());
  std::sort(table.rejects.begin(), table.rejects.end());
  return table;
}

// What is refused before a row is read, and what a beginning hides from the reference.
bool is_special(std::string_view body) {
  return body.empty() || body.starts_with("\xEF\xBB\xBF") || body.starts_with("\xFF\xFE") ||
         body.starts_with("\xFE\xFF") || body.substr(0, body.find('\n')).find('\0') != std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string body(reinterpret_cast<const char*>(data) + 3, size - 3);
  if (is_special(body)) return 0;
  CsvOptions options;
  options.has_header = false;
  options.columns.resize(data[0] % 5U + 1, "c");
  options.delimiter = ",;\t|"[data[2] % 4U];
  options.block_bytes = data[1] + std::size_t{1};
  const unsigned readers = data[2] / 4U % 8U == 0 ? 2 : 1;  // threads are dear: seldom two
  const auto actual = testing::read_csv(body, options, readers, data[2] / 32U * 5U + 1U);
  const reference::Table expected = expected_of(body, *options.delimiter, options.columns.size());
  if (!actual || actual->table.rows != expected.rows || actual->table.rejects != expected.rejects) {
    std::fputs("the scanner and the reference disagree\n", stderr);
    std::abort();
  }
  return 0;
}
