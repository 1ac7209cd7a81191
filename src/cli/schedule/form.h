// The text of a deployment file with places to fill in: the .in files of this folder.
//
//   @NAME@            the value of NAME. Alone in its line it may have several lines, which are all indented as it is;
//                     an empty one takes its line away
//   @if NAME@         on a line of its own, as are the next two: what follows is there where NAME's value is not empty,
//   @else@            and this where it is
//   @end@
//
// They do not nest. What a value holds is never read as a place.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::cli::schedule {

using Values = std::map<std::string, std::string, std::less<>>;

// A value for @if NAME@ alone. Pure.
[[nodiscard]] std::string present(bool is_present);

// Fails on a name without a value and on an @if@ without its end, which are mistakes of the form. Pure.
[[nodiscard]] Result<std::string> fill_form(std::string_view form, const Values& values);

}  // namespace weir::cli::schedule
