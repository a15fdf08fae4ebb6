#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Installs what is missing, builds, and runs every test: Release, then the [sanitize] cases under ASan + UBSan and under TSan.
# --loaded and --long are for the night. With CI set, warnings are errors.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

usage() {
  echo "usage: ./test.sh [--loaded] [--long[=MINUTES]] [ctest arguments, for instance -R unit -V]"
  echo "  --loaded         four other programs keep the CPUs busy meanwhile"
  echo "  --long[=MINUTES] and after the tests what takes longer, in so many minutes (60): fuzzing, soaks, a thousand kills"
}
loaded="" long="" arguments=()
for word in "$@"; do
  case $word in
    --help | -h) usage && exit 0 ;;
    --loaded) loaded=4 ;;
    --long) long=60 ;;
    --long=*) long=${word#--long=} ;;
    *) arguments+=("$word") ;;
  esac
done
if [[ -n $long && ! $long =~ ^[1-9][0-9]{0,4}$ ]]; then
  echo "--long=$long: how many minutes? 1 to 99999" >&2
  exit 2
fi

source third_party/setup.sh
started=$SECONDS
# Nobody keeps the cache of a CI machine, and filling it takes a tenth of the build.
[[ -n ${CI-} ]] && export CCACHE_DISABLE=1
install_packages build window test
options=(-DRINGSIDE_TESTS=ON)
[[ -n ${CI-} ]] && options+=(-DRINGSIDE_WERROR=ON)
build release build all "${options[@]}"
say "release built after $((SECONDS - started)) s"

display=()
[[ -n ${DISPLAY-}${WAYLAND_DISPLAY-} ]] || display=(xvfb-run -a -s "-screen 0 1920x1080x24")
busy=() limit=240
if [[ -n $loaded ]]; then
  busy=(python3 -B tests/support/loaded.py "$loaded") limit=1800
  export RINGSIDE_TEST_PATIENCE=8
fi
# run_tests DIRECTORY [ctest argument...]: all of them even if one fails, so that one run shows everything.
run_tests() {
  "${busy[@]}" "${display[@]}" ctest --test-dir "$1" --output-on-failure --no-tests=ignore --timeout $limit -j3 --output-junit tests.xml "${@:2}"
}

# Many tests wait, for a packet, a window or a killed process. The compiler works meanwhile; no test measures time.
run_tests build "${arguments[@]}" > build/tests.log 2>&1 &
release_tests=$!
trap 'kill $release_tests 2> /dev/null || true' EXIT
build asan build-asan ringside_sanitize_tests "${options[@]}"
build tsan build-tsan ringside_sanitize_tests "${options[@]}"
say "all built after $((SECONDS - started)) s"

failed=()
wait $release_tests || failed+=(build)
trap - EXIT
say "tests of build"
cat build/tests.log
for directory in build-asan build-tsan; do
  say "tests of $directory"
  run_tests "$directory" "${arguments[@]}" || failed+=("$directory")
  say "tests of $directory ended after $((SECONDS - started)) s"
done

python3 -B tests/support/list_skipped.py build/tests.xml build-asan/tests.xml build-tsan/tests.xml
if [[ -n $long ]]; then
  say "what takes long, $long minutes of it"
  "${busy[@]}" python3 -B tests/support/long.py "$long" || failed+=(long)
fi
say "finished after $((SECONDS - started)) s"
if ((${#failed[@]})); then
  say "FAILED in: ${failed[*]}"
  exit 1
fi
say "all passed"
