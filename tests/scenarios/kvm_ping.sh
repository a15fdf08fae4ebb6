#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A real Linux pings a guest that runs under KVM, over each network card: 50 must be answered, and the balance must hold.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=${RINGSIDE_BIN_DIR:-build/bin}
skip() { echo "SKIPPED: $1"; exit 77; }
[ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "no /dev/kvm, or no right to open it"
command -v ping > /dev/null || skip "there is no ping"
. tests/support/netns.sh
netns_available || exit 77
netns_pair 1500 10.77.1.1/24 || { echo "no pair of interfaces"; exit 1; }
space=$NETNS outer=$HOST_IF
dir=$(mktemp -d)
trap 'netns_remove; rm -rf "$dir"' EXIT

for nic in e1000 vmxnet3; do
  "$bin/ringsidectl" show registers $nic > /dev/null 2>&1 || continue
  for driver in poll interrupt; do
    cat > "$dir/ping.scn" << EOS
wire add name=w0 kind=af_packet:$outer
switch add name=s0 uplink=w0
vm add name=web nic=$nic switch=s0 driver=$driver workload=echo ip=10.77.1.2 vcpu=kvm
run mode=free
EOS
    "$bin/ringsidectl" run "$dir/ping.scn" > "$dir/run.txt" 2>&1 &
    ringside=$!
    until ip netns exec "$space" ping -c 1 -W 1 10.77.1.2 > /dev/null 2>&1; do # it listens
      kill -0 $ringside 2> /dev/null || { cat "$dir/run.txt"; echo "it ended by itself"; exit 1; }
    done
    ip netns exec "$space" ping -c 50 -i 0.02 -w 60 10.77.1.2 > "$dir/ping.txt" 2>&1 # ends with the 50th answer; -W alone does so after two round trips
    kill -INT $ringside
    wait $ringside
    [ $? = 130 ] || { cat "$dir/run.txt"; exit 1; }
    ip netns exec "$space" ip neigh flush all
    tail -2 "$dir/ping.txt"
    grep -q " [5-9][0-9] received," "$dir/ping.txt" && grep -q "+ dropped  *0 " "$dir/run.txt" || { cat "$dir/run.txt"; echo "$nic, $driver: not every ping was answered"; exit 1; }
    grep -q "It holds" "$dir/run.txt" || { cat "$dir/run.txt"; echo "$nic, $driver: the balance does not hold"; exit 1; }
    grep -q "MMIO write" "$dir/run.txt" || { cat "$dir/run.txt"; echo "$nic, $driver: no exits of a KVM guest were seen"; exit 1; }
  done
done
exit 0
