#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A process that is killed in the middle of a KVM guest's work leaves nothing behind, and the next one works.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=${RINGSIDE_BIN_DIR:-build/bin}
skip() { echo "SKIPPED: $1"; exit 77; }
[ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "no /dev/kvm, or no right to open it"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/load.scn" << 'EOS'
wire add name=w0 kind=ring
switch add name=s0 uplink=w0
vm add name=a nic=e1000 switch=s0 vcpu=kvm vcpus=2 driver=interrupt
vm add name=b nic=e1000 switch=s0 vcpu=kvm workload=generate peer=a count=forever
send to=a count=forever
run mode=free
EOS
for signal in KILL TERM INT; do
  "$bin/ringsidectl" run "$dir/load.scn" --quiet > "$dir/out.txt" 2>&1 &
  process=$!
  until grep -qsx "vcpu b/0" /proc/$process/task/*/comm; do # its guests run
    kill -0 $process 2> /dev/null || { cat "$dir/out.txt"; echo "it ended by itself"; exit 1; }
    sleep 0.05
  done
  kill -$signal $process
  wait $process # ctest's time limit is the net
  [ $? -gt 128 ] || { cat "$dir/out.txt"; echo "$signal: did not say that a signal ended it"; exit 1; }
  if [ $signal != KILL ]; then grep -q "It holds" "$dir/out.txt" || { cat "$dir/out.txt"; echo "$signal: the balance does not hold"; exit 1; }; fi
done
sed 's/count=forever/count=100/; s/run mode=free/run mode=free until=idle/' "$dir/load.scn" > "$dir/small.scn"
"$bin/ringsidectl" run "$dir/small.scn" > "$dir/out.txt" 2>&1 || { cat "$dir/out.txt"; exit 1; }
grep -q "It holds" "$dir/out.txt"
