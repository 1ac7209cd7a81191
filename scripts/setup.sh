# What demo.sh and test.sh share: installing what is missing, and building. Sourced with bash, in the project's folder,
# under set -euo pipefail; its functions return what failed, also where set -e is off (in conditions).
#
# Packages are Debian 12's; nothing is installed, and nothing downloaded, where all is there already. What packages and
# compilers say goes to build/logs/ and is shown only when a step fails.

export DEBIAN_FRONTEND=noninteractive

# What building takes: cmake/dependencies.cmake and src/clean/public_suffix_list.cmake look for these.
build_packages=(
  ca-certificates cmake g++ ninja-build pkg-config
  libcli11-dev libcurl4-openssl-dev libexpected-dev libfmt-dev libisal-dev libpq-dev libpsl-dev libpugixml-dev
  libssl-dev libtomlplusplus-dev libxxhash-dev libzstd-dev nlohmann-json3-dev publicsuffix zlib1g-dev
)

# What scripts/package.py takes besides.
package_packages=(binutils dpkg-dev python3)

say() { printf '%s\n' "$*"; }

# quietly NAME COMMAND…: runs it with its output in build/logs/NAME.log; shows the log's end when it fails.
quietly() {
  local log="build/logs/$1.log" status=0
  shift
  mkdir -p build/logs
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 60 "$log" >&2
    say "failed (exit $status): $*" >&2
    say "the whole log: $log" >&2
  fi
  return "$status"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo --preserve-env=DEBIAN_FRONTEND "$@"; fi
}

is_installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install_packages PACKAGE…: those that are missing, with nothing they merely recommend. Package scripts start no daemons:
# policy-rc.d forbids it while they run.
install_packages() {
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    say "this needs Debian 12 or its like; install these in your system's way: ${missing[*]}" >&2
    return 1
  fi
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    say "these packages are missing, and there is neither root nor sudo to install them: ${missing[*]}" >&2
    return 1
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  local options=(-o Acquire::Retries=5 -o DPkg::Lock::Timeout=300) policy=/usr/sbin/policy-rc.d ours=no status=0
  quietly apt-update as_root apt-get "${options[@]}" update || return
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"
    ours=yes
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  quietly apt-install as_root apt-get "${options[@]}" install -y --no-install-recommends "${missing[@]}" || status=$?
  if [ "$ours" = yes ]; then
    as_root rm -f "$policy"
    trap - EXIT
  fi
  return "$status"
}

# What comes from npm, at the versions that package-lock.json pins: a list of mail providers, and DuckDB's library and
# header, which `--omit=optional` leaves out. No package's script is run.
install_node_parts() {
  local stamp=node_modules/.weir-package-lock.json
  if cmp -s package-lock.json "$stamp"; then return 0; fi
  if [ "$#" -gt 0 ] && cmp -s package-lock.json "$stamp-without-optional"; then return 0; fi
  command -v npm >/dev/null || install_packages nodejs npm || return
  say "Installing what comes from npm"
  quietly npm-ci npm ci --ignore-scripts --no-audit --no-fund "$@" || return
  if [ "$#" -gt 0 ]; then stamp="$stamp-without-optional"; fi
  cp package-lock.json "$stamp"
}

# configure PRESET OPTION…: with ccache where there is one.
configure() {
  local preset="$1" launcher=()
  shift
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  quietly "configure-$preset" cmake --preset "$preset" "${launcher[@]}" "$@"
}

# build PRESET TARGET…: after configure.
build() {
  local preset="$1"
  shift
  quietly "build-$preset" cmake --build --preset "$preset" --parallel "$(nproc)" --target "$@"
}
