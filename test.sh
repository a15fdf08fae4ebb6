#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds, and runs every test: Release, then the [sanitize] cases under ASan + UBSan and under TSan.
# With CI set, warnings are errors.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

if [[ ${1-} == --help || ${1-} == -h ]]; then
  echo "usage: ./test.sh [ctest arguments, for instance -R unit -V]"
  exit 0
fi

source third_party/setup.sh
started=$SECONDS
install_packages build window test
options=(-DRINGSIDE_TESTS=ON)
[[ -n ${CI-} ]] && options+=(-DRINGSIDE_WERROR=ON)
build release build all "${options[@]}"
build asan build-asan ringside_sanitize_tests "${options[@]}"
build tsan build-tsan ringside_sanitize_tests "${options[@]}"
say "built after $((SECONDS - started)) s"

display=()
[[ -n ${DISPLAY-}${WAYLAND_DISPLAY-} ]] || display=(xvfb-run -a -s "-screen 0 1600x1000x24")

# Runs all of them even if one fails, so that one run shows everything.
failed=()
for directory in build build-asan build-tsan; do
  say "tests of $directory"
  "${display[@]}" ctest --test-dir "$directory" --output-on-failure --no-tests=ignore --timeout 120 -j2 \
    --output-junit tests.xml "$@" || failed+=("$directory")
done

python3 -B tests/support/list_skipped.py build/tests.xml build-asan/tests.xml build-tsan/tests.xml
say "finished after $((SECONDS - started)) s"
if ((${#failed[@]})); then
  say "FAILED in: ${failed[*]}"
  exit 1
fi
say "all passed"
