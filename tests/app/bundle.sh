#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# run.sh --bundle: the archive unpacks and starts elsewhere, as an ordinary user, with its own libraries and no path of this machine.
# It builds everything once more, so it runs only when it is asked for (cmake -DRINGSIDE_TEST_BUNDLE=ON).
set -euo pipefail
if [[ -z ${RINGSIDE_TEST_BUNDLE-} ]]; then
  echo "SKIPPED: slow; cmake -DRINGSIDE_TEST_BUNDLE=ON asks for it"
  exit 77
fi

./run.sh --bundle
archive=$(ls -t dist/*.tar.gz | head -1)
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
tar -C "$elsewhere" -xzf "$archive" --strip-components=1
chmod 755 "$elsewhere"

if grep -lF "$PWD" -r "$elsewhere"; then
  echo "these name the directory they were built in"
  exit 1
fi
if [[ -n $(ldd "$elsewhere"/bin/* | grep "not found") ]]; then
  ldd "$elsewhere"/bin/*
  exit 1
fi
if ldd "$elsewhere"/bin/* | grep librte_; then
  echo "DPDK is to be linked in"
  exit 1
fi

# As an ordinary user, with nothing in the environment, from another directory.
as_user=()
((EUID != 0)) || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
cd /
"${as_user[@]}" env -i PATH=/usr/bin:/bin HOME=/nonexistent "$elsewhere/ringsidectl" --version
"${as_user[@]}" env -i PATH=/usr/bin:/bin HOME=/nonexistent \
  "$elsewhere/ringsidectl" run "$elsewhere/assets/scenarios/first.scn" --for 1 --json > "$elsewhere/result.json"
grep -q '"schema":' "$elsewhere/result.json"
"${as_user[@]}" env -i PATH=/usr/bin:/bin HOME=/nonexistent "$elsewhere/ringsidectl" lab list > "$elsewhere/labs.txt"
grep -q anatomy-of-a-ring "$elsewhere/labs.txt"
