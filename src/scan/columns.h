// Which column of a dump carries which field.
#pragma once

#include <string>
#include <vector>

#include "weir/event.h"
#include "weir/result.h"

namespace weir::scanning {

// The column of each field by the header's names: the first of the map's alternatives that is there, or the field's own
// name where the map has none. Fails when two columns bear the name that a field takes, and when no field finds a
// column at all. `uri` is for the message.
[[nodiscard]] Result<ColumnBinding> bind_columns(const std::vector<std::string>& columns, const ColumnMap& map,
                                                 const std::string& uri);

// The error of a dump without a timestamp where one is needed: what columns it has, and the --map that would help.
[[nodiscard]] Error no_timestamp_error(const std::vector<std::string>& columns, const ColumnMap& map,
                                       const std::string& uri);

// The error of a dump none of whose columns carries a field: most likely its first line is no header.
[[nodiscard]] Error no_field_error(const std::vector<std::string>& columns, const std::string& uri);

// The columns that no field takes, in the header's order, each name once. One without a name is "column 9 (unnamed)".
[[nodiscard]] std::vector<std::string> unused_columns(const std::vector<std::string>& columns,
                                                      const ColumnBinding& binding);

// The fields that no column carries, in the order of the stored fields.
[[nodiscard]] std::vector<Field> absent_fields(const ColumnBinding& binding);

}  // namespace weir::scanning
