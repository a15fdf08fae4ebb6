# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# What run.sh and test.sh share: packages, configuring, building, and saying what failed. To be sourced, in the repository's root.

say() { printf 'ringside: %s\n' "$*" >&2; }

# fail WHAT ADVICE: the last words of a script that cannot go on.
fail() {
  say "$1"
  say "what to do: $2"
  exit 3
}

# The packages of the given sections of packages.txt, a line each, alternatives joined by "|".
wanted_packages() {
  local section="" line
  while IFS= read -r line; do
    line=${line%%#*}
    line=${line//[[:space:]]/}
    case $line in
      "") ;;
      \[*\]) section=${line:1:-1} ;;
      *) [[ " $* " == *" $section "* ]] && echo "$line" ;;
    esac
  done < third_party/packages.txt
}

# Installs what is missing of the given sections. Needs root only when something is.
install_packages() {
  if ! command -v dpkg-query > /dev/null; then
    say "no Debian here, so no package is installed; the list is third_party/packages.txt"
    return
  fi
  local wanted installed=" " missing=() alternatives name
  mapfile -t wanted < <(wanted_packages "$@")
  while read -r name status; do
    [[ $status == installed ]] && installed+="${name%%:*} "
  done < <(dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' $(printf '%s\n' "${wanted[@]}" | tr '|' ' ') 2> /dev/null)
  for alternatives in "${wanted[@]}"; do
    for name in ${alternatives//|/ }; do
      [[ $installed == *" $name "* ]] && continue 2
    done
    missing+=("$alternatives")
  done
  ((${#missing[@]} == 0)) && return

  local as_root=()
  if ((EUID != 0)); then
    command -v sudo > /dev/null || fail "missing packages, and neither root nor sudo to install them: ${missing[*]}" \
      "let root run: apt-get install ${missing[*]%%|*}"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} missing packages: ${missing[*]%%|*}"
  packages_changed=1
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0) names=()
  "${apt[@]}" update > /dev/null 2>&1 || say "apt-get update failed; going on with the lists that are there"
  for alternatives in "${missing[@]}"; do
    for name in ${alternatives//|/ }; do
      [[ -n $(apt-cache search --names-only "^${name//+/\\+}\$") ]] && break
    done
    names+=("$name")
  done
  local said
  said=$("${apt[@]}" install -y --no-install-recommends "${names[@]}" 2>&1) || {
    printf '%s\n' "$said" >&2
    fail "apt-get could not install: ${names[*]}" "look at apt's message above; 'main' of Debian 12 and 13 has them all"
  }
}

# build PRESET DIRECTORY TARGET [cmake option...]: configures if it was not done or something asks for it, then builds.
build() {
  local preset=$1 directory=$2 target=$3
  shift 3
  if [[ ! -f $directory/build.ninja || CMakePresets.json -nt $directory/build.ninja || -n ${packages_changed-} || $# -gt 0 ]]; then
    say "configuring $directory/"
    local said
    said=$(cmake --preset "$preset" "$@" 2>&1) || {
      printf '%s\n' "$said" >&2
      fail "configuring failed (cmake --preset $preset)" "read CMake's message above; 'rm -r $directory' makes a fresh start"
    }
  fi
  if [[ -x $directory/bin/ringsidectl ]]; then # mostly nothing is to be done, and errors are shown all the same
    cmake --build "$directory" --target "$target" -- --quiet 2>&1 | { grep -v "^ninja: no work to do" >&2 || true; }
  else
    say "building into $directory/ (some minutes the first time)"
    cmake --build "$directory" --target "$target" >&2
  fi ||
    fail "building failed (cmake --build $directory --target $target)" "read the compiler's message above; 'rm -r $directory' makes a fresh start"
}
