#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds, and starts Ringside. With nothing to do it starts at once.
set -euo pipefail
invoked_from=$PWD
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

usage() {
  cat << 'END'
usage: ./run.sh [ARGS]     start the window, ARGS are the program's (such as --scenario FILE, --scale PCT)
       ./run.sh --bundle   make dist/ringside-VERSION-x86_64.tar.gz, which starts on other x86-64 Linux machines
       ./run.sh --help

Installs the missing ones of third_party/packages.txt (root or sudo only if there are any), builds into build/,
and starts with assets/scenarios/first.scn; the very first start of the window is a tour. Without a display the scenario runs as a text dashboard here.
END
}

source third_party/setup.sh
case ${1-} in
  --help | -h)
    usage
    exit 0
    ;;
  --bundle)
    install_packages build window
    build portable build-portable ringside_programs
    exec third_party/bundle.sh build-portable
    ;;
esac

install_packages build window
build release build ringside_programs
programs=$PWD/build/bin

# What the dashboard runs where there is no window. The user's paths are relative to where he stands.
previous=""
given=""
for argument in "$@"; do
  [[ $previous == --scenario ]] && given=$argument
  [[ $argument == --scenario=* ]] && given=${argument#--scenario=}
  previous=$argument
done
scenario=${given:-$PWD/assets/scenarios/first.scn}
cd "$invoked_from"

if [[ -x $programs/ringside && -n ${DISPLAY-}${WAYLAND_DISPLAY-} ]]; then
  exec "$programs/ringside" "$@"
fi
if [[ " $* " == *" --version "* ]]; then
  exec "$programs/ringsidectl" --version
fi
if [[ -x $programs/ringside ]]; then
  say "no display (DISPLAY and WAYLAND_DISPLAY are not set), so the scenario runs as a text dashboard; Ctrl-C ends it"
else
  say "no window was built (see third_party/packages.txt), so the scenario runs as a text dashboard; Ctrl-C ends it"
fi
exec "$programs/ringsidectl" run "$scenario" --dashboard
