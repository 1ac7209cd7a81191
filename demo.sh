#!/bin/bash
# From a clone to answers: installs what is missing, builds weir, writes three sample months to demo-data/ and runs the
# main job on them. Needs Debian 12, and root or sudo where packages are missing. Running it again starts afresh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source scripts/setup.sh

install_packages "${build_packages[@]}"
install_node_parts
say "Building weir"
# Without the tests, which need packages of their own; a folder that has them keeps them.
[ -e build/release/CMakeCache.txt ] || configure release -DWEIR_TESTS=OFF
build release weir weir-sample

export PATH="$PWD/build/release/bin:$PATH"
database=duckdb:demo-data/weir.duckdb
source='demo-data/{YYYY}/{MM}/events.csv'

# show COMMAND…: the command as one would type it, then what it says.
show() {
  local word words=()
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=,-]+$ ]]; then words+=("$word"); else words+=("'$word'"); fi
  done
  printf '\n$ %s\n' "${words[*]}"
  "$@"
}

rm -rf demo-data
show weir-sample --month 2021-01..2021-03 --rows 200000 --seed 1 -o demo-data
show weir insights demo-data/2021/01/events.csv
show weir ingest 2021-01..2021-03 --source "$source" --db "$database"
show weir status --db "$database"
show weir top users --since 2021 --db "$database"
show weir insights --db "$database"

cat <<END

That was the main job: answers from a file, three months loaded, answers from the database. To go on:

  export PATH="\$PWD/build/release/bin:\$PATH"
  export WEIR_DB=$database
  weir top companies -n 20                   more of one question
  weir top dates --by week --sort key        events over time
  weir top tags --where country=France       of a part of the events
  weir insights -f json                      for programs
  weir ingest 2021-01..2021-03 --source '$source'      nothing is read twice
  weir --help                                every command
END
