// Which days are held against those before them.
#pragma once

#include <optional>
#include <string>

#include "cli/asking.h"
#include "cli/context.h"
#include "weir/tags.h"

namespace CLI {
class App;
}

namespace weir::cli {

class SpanFlags {
 public:
  void add_to(CLI::App& app);
  // The days from --since to --until; without --since the last whole month (or what --by says) that ends by --until.
  // Without --until what counts is the end of the newest loaded period, or of the newest that the dumps' names tell.
  // Fails (usage) where nothing tells it, or the one lies after the other, and as the store does.
  [[nodiscard]] Result<DaySpan> resolve(Context& context, const AskingFlags& asking, const Filter& filter) const;

 private:
  std::optional<std::string> by_;
};

}  // namespace weir::cli
