#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A real Linux pings a guest that is stepped: while nothing moves, virtual time goes as the world's does and the interface is
# looked at, so that a run for some seconds answers, a step waits for the packet, and both have an end.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=${RINGSIDE_BIN_DIR:-build/bin}
skip() { echo "SKIPPED: $1"; exit 77; }
command -v ping > /dev/null || skip "there is no ping"
. tests/support/netns.sh
netns_available || exit 77
netns_pair 1500 10.78.1.1/24 || { echo "no pair of interfaces"; exit 1; }
dir=$(mktemp -d)
pings=
trap '[ -z "$pings" ] || kill "$pings"; netns_remove; rm -rf "$dir"' EXIT
fail() { echo "$1"; cat "$dir/said.txt"; exit 1; }

scenario() {
  cat << EOS
wire add name=w0 kind=af_packet:$HOST_IF
switch add name=s0 uplink=w0
vm add name=web nic=e1000 switch=s0 workload=echo ip=10.78.1.2
run mode=stepped ${1-}
EOS
}

# Nobody sends: it ends when its time is over, and at once where only rest is waited for.
scenario for=200ms > "$dir/ping.scn"
"$bin/ringsidectl" run "$dir/ping.scn" > "$dir/said.txt" 2>&1 || fail "a run for=200ms failed"
grep -q "20[0-9] ms of virtual time\|0\.20* s of virtual time" "$dir/said.txt" || fail "virtual time did not go as the world's does"
scenario until=idle > "$dir/ping.scn"
"$bin/ringsidectl" run "$dir/ping.scn" > "$dir/said.txt" 2>&1 || fail "a run until=idle failed"

ip netns exec "$NETNS" ping -i 0.2 10.78.1.2 > "$dir/ping.txt" 2>&1 &
pings=$!
scenario > "$dir/ping.scn"
"$bin/ringsidectl" step "$dir/ping.scn" --steps 40 > "$dir/said.txt" 2>&1 || fail "steps failed"
grep -q "web/0 " "$dir/said.txt" || fail "no step was the guest's"
scenario for=1000s > "$dir/ping.scn"
"$bin/ringsidectl" run "$dir/ping.scn" > "$dir/said.txt" 2>&1 &
ringside=$!
# The steps before may have answered already, and it hears no signal before it has begun.
answers() { grep -c "bytes from 10.78.1.2" "$dir/ping.txt"; }
before=$(answers)
until [ "$(answers)" -gt $((before + 1)) ]; do
  kill -0 $ringside 2> /dev/null || fail "it ended by itself"
  sleep 0.2
done
kill -INT $ringside
wait $ringside
[ $? = 130 ] || fail "it did not end by its signal"
grep -q "It holds" "$dir/said.txt" || fail "the balance does not hold"
exit 0
