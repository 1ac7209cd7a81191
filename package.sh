#!/bin/bash
# Installs what is missing, builds weir and makes its packages, into build/release/packages: the code of an AWS Lambda
# function, with and without DuckDB, a .deb and a .tar.gz. `./package.sh --lean`: those without DuckDB alone, for PostgreSQL,
# into build/lean/packages; DuckDB is not even downloaded. Needs Debian 12, and root or sudo where packages are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source scripts/setup.sh

case "$*" in
  "") preset=release ;;
  --lean) preset=lean ;;
  *) say "usage: ./package.sh [--lean]" >&2; exit 2 ;;
esac

install_packages "${build_packages[@]}" "${package_packages[@]}"
if [ "$preset" = release ]; then install_node_parts; else install_node_parts --omit=optional; fi
say "Building weir"
# Without the tests, which need packages of their own; a folder that has them keeps them.
[ -e "build/$preset/CMakeCache.txt" ] || configure "$preset" -DWEIR_TESTS=OFF
build "$preset" weir weir-launch weir_manual
[ "$preset" = lean ] || build "$preset" weir-lean
scripts/package.py "build/$preset"
say "They are in build/$preset/packages"
