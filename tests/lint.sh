#!/bin/bash
# Formatting and static analysis, with Debian 12's clang 14.
#   tests/lint.sh format       every C++ file is as .clang-format says; names those that are not
#   tests/lint.sh format --fix formats them
#   tests/lint.sh tidy [DIR]   clang-tidy on the .cpp files of src/, by the compile commands of DIR (build/release);
#                              their headers are looked at on the way. Generated files must have been built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cpp_files() {
  local folder folders=()
  for folder in include src tests bench fuzz; do
    [ ! -d "$folder" ] || folders+=("$folder")
  done
  find "${folders[@]}" -name '*.cpp' -print0 -o -name '*.h' -print0 | sort -z
}

case "${1:-}" in
  format)
    if [ "${2:-}" = --fix ]; then
      cpp_files | xargs -0 clang-format-14 -i
    else
      cpp_files | xargs -0 -n 8 -P "$(nproc)" clang-format-14 --dry-run --Werror
    fi
    ;;
  tidy)
    build="${2:-build/release}"
    log="$build/clang-tidy.log"
    # The commands are GCC's, one of whose flags clang does not know.
    if ! run-clang-tidy-14 -quiet -p "$build" -j "$(nproc)" -extra-arg=-Wno-unknown-warning-option \
      "^$PWD/src/.*\.cpp$" >"$log" 2>&1; then
      grep -E '(error|warning): ' "$log" | sort -u >&2 || tail -n 40 "$log" >&2
      printf 'the whole log: %s\n' "$log" >&2
      exit 1
    fi
    ;;
  *)
    printf 'usage: tests/lint.sh format [--fix] | tidy [BUILD-DIR]\n' >&2
    exit 2
    ;;
esac
