#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# run.sh: --help works anywhere; a second start takes under 3 s to the program; what is unknown fails with advice.
set -euo pipefail

cd /
[[ $("$OLDPWD/run.sh" --help) == usage:* ]] || { echo "run.sh --help prints no usage"; exit 1; }
cd "$OLDPWD"

if [[ $RINGSIDE_BUILD_DIR != "$PWD/build" || ! -x build/bin/ringsidectl ]]; then
  echo "SKIPPED: run.sh starts the programs of build/, which are not those under test"
  exit 77
fi
unset CI
./run.sh --version > /dev/null # brings the programs up to date, if they are not
# It builds what the programs need to start, and not the tests: the labs' file is one of them.
[[ $(ninja -C build -t commands ringside_programs) == *labs/labs.db* ]] || { echo "run.sh does not compile the labs"; exit 1; }
started=${EPOCHREALTIME/./}
version=$(./run.sh --version)
took=$((${EPOCHREALTIME/./} - started))
[[ $version == *[0-9].[0-9]* ]] || { echo "no version: $version"; exit 1; }
echo "second start: $((took / 1000)) ms"
((took < 3000000)) || { echo "a second start took 3 s or more"; exit 1; }

# Nothing is added to what is given, so that the first start of the window can be told from others and opens the tour.
if [[ -x build/bin/ringside ]]; then
  started=$(DISPLAY=:none bash -x ./run.sh 2>&1 | grep -F "exec $PWD/build/bin/ringside") || true
  [[ $started == "+ exec $PWD/build/bin/ringside" ]] || { echo "without arguments it says: $started"; exit 1; }
fi

# Without a display it says so in one line and runs the dashboard.
said=$(env -u DISPLAY -u WAYLAND_DISPLAY timeout -s INT 3 ./run.sh 2>&1 > /dev/null) || true
[[ $said == *"no display"* || $said == *"no window"* ]] || { echo "did not mention the missing display: $said"; exit 1; }
