#!/bin/bash
# Installs what the tests need and runs them all: formatting, house rules, the release build's tests, the unit tests under
# AddressSanitizer, clang-tidy. `./test.sh --fast`: the release build's unit tests only.
# Needs Debian 12, and root or sudo where packages are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source scripts/setup.sh

case "$*" in
  "") fast=no ;;
  --fast) fast=yes ;;
  *) say "usage: ./test.sh [--fast]" >&2; exit 2 ;;
esac

# The unit tests try the completion in its shells and the man page with a formatter.
test_packages=(
  fish libgmock-dev libgtest-dev librapidcheck-dev mandoc python3 zsh
)
# For the rest: lint, a real PostgreSQL, of which tests start clusters of their own in temporary directories, a real S3
# server that tests/s3/start_swift.py starts and stops, and readers of deployment files.
all_test_packages=(
  clang-format-14 clang-tidy-14 cron memcached openssl postgresql-15 python3-jsonschema python3-yaml swift-account
  swift-container swift-object swift-proxy systemd
)

# run NAME COMMAND…: one step, with its time.
run() {
  local name="$1" began="$SECONDS" status=0
  shift
  say "== $name"
  "$@" || status=$?
  [ "$status" -eq 0 ] || { say "== $name FAILED (exit $status)" >&2; exit "$status"; }
  say "== $name: ok, $((SECONDS - began)) s"
}

# build_unit_tests PRESET [EXCEPT]: all of them but those whose target matches the regular expression.
build_unit_tests() {
  local targets
  configure "$1" -DWEIR_TESTS=ON || return
  mapfile -t targets < <(ninja -C "build/$1" -t targets all | sed -n 's/^\(unit_[a-z_]*\): phony$/\1/p' | grep -v -E -e "${2:-^$}")
  [ "${#targets[@]}" -gt 0 ] || { say "no unit tests in preset $1" >&2; return 1; }
  build "$1" "${targets[@]}"
}

# run_tests PRESET OPTION…
run_tests() {
  local preset="$1"
  shift
  ctest --preset "$preset" --parallel "$(nproc)" --no-tests=error "$@"
}

install_packages "${build_packages[@]}" "${test_packages[@]}"
install_node_parts

if [ "$fast" = yes ]; then
  run "release unit tests: build" build_unit_tests release
  run "release unit tests" run_tests release --label-regex '^unit$'
  exit 0
fi

install_packages "${all_test_packages[@]}" "${package_packages[@]}"
run "formatting" tests/lint.sh format
run "house rules: self-test" tests/house_rules.py --self-test
run "house rules" tests/house_rules.py
run "release build: configure" configure release -DWEIR_TESTS=ON
run "release build" build release all
run "clang-tidy" tests/lint.sh tidy build/release
# The command line's units stay out: a third of the build's time goes into their option parser's templates, and what reads
# the bytes of strangers is below them.
run "unit tests with sanitizers: build" build_unit_tests asan '^unit_cli'
run "unit tests with sanitizers" run_tests asan --label-regex '^unit$' --exclude-regex '^unit[_/]cli'
run "all tests" run_tests release
