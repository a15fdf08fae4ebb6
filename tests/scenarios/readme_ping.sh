#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A real Linux pings the guest: the very lines of README.md's section "A real ping" are run, and 100 must be answered.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=${RINGSIDE_BIN_DIR:-build/bin}
skip() { echo "SKIPPED: $1"; exit 77; }
command -v ping > /dev/null || skip "there is no ping"
. tests/support/netns.sh
netns_available || exit 77
if ip netns list | grep -qw rs || ip link show rs0 > /dev/null 2>&1; then skip "somebody uses the namespace rs or the interface rs0"; fi
trap 'ip netns del rs 2> /dev/null; ip link del rs0 2> /dev/null' EXIT

lines=$(sed -n '/^## A real ping/,/^## /p' README.md | sed -n '/^```$/,/^```$/p' | sed '/^```/d')
[ -n "$lines" ] || { echo "README.md has no lines under 'A real ping'"; exit 1; }
output=$(bash -c "${lines//build\/bin/$bin}" 2>&1)
echo "$output"
echo "$output" | grep -q " 1[0-9][0-9] received," || { echo "not every ping was answered"; exit 1; }
echo "$output" | grep -q "It holds" || { echo "the balance does not hold"; exit 1; }
ip netns list | grep -qw rs && { echo "the namespace was left behind"; exit 1; }
exit 0
