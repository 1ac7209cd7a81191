#include "convert/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <set>

namespace weir::converting {
namespace {

std::string small(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

ColumnNames parquet_names(const std::vector<std::string>& columns, const ColumnBinding& binding) {
  std::set<std::string> known;  // as they stand in the dump: no other column is given one of these
  for (const std::string& column : columns) known.insert(small(column));
  std::vector<int> order(columns.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_partition(order.begin(), order.end(), [&](int i) { return std::ranges::count(binding.index, i) > 0; });

  ColumnNames out;
  out.names.resize(columns.size());
  std::set<std::string> taken;
  for (const int i : order) {
    const std::string& name = columns[static_cast<std::size_t>(i)];
    std::string given = name;
    for (int n = i + 1; given.empty() || taken.contains(small(given)); ++n) {
      const std::string other = fmt::format("{}_{}", name.empty() ? "column" : name, n);
      if (!known.contains(small(other))) given = other;
    }
    taken.insert(small(given));
    if (given != name) out.renamed.push_back({name, given});
    out.names[static_cast<std::size_t>(i)] = std::move(given);
  }
  return out;
}

}  // namespace weir::converting
