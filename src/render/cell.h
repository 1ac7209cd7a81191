// One cell of a listing as text. Pure functions.
#pragma once

#include <string>

#include "render/render.h"

namespace weir::rendering {

// True for monostate, a double that is no number, and no_time_us where a time is meant (`kind` is told by the
// alternative: only times are signed).
[[nodiscard]] bool is_null(const Cell& cell);

// For programs, unquoted: plain numbers, true/false, ISO 8601, a JSON array. Empty for null.
[[nodiscard]] std::string plain_text(const Cell& cell, CellKind kind);

// For people: 1,234 · 174.5 MB · 1.9 s · 12.3 % · yes · a, b · 2026-11-24 18:23:37 · – for null. Printable.
[[nodiscard]] std::string friendly_text(const Cell& cell, CellKind kind);

// Numbers stand on the right.
[[nodiscard]] bool is_number(CellKind kind);

}  // namespace weir::rendering
