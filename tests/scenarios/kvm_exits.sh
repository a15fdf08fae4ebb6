#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# exits.scn with vcpu=kvm and vcpu=soft, on each network card: the same 10,000 frames, as many register accesses, and a record with its
# instruction for the asking.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=${RINGSIDE_BIN_DIR:-build/bin}
skip() { echo "SKIPPED: $1"; exit 77; }
[ -r /dev/kvm ] && [ -w /dev/kvm ] || skip "no /dev/kvm, or no right to open it"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
probe() { python3 -c 'import json,sys; print(next(p["value"] for p in json.load(open(sys.argv[1]))["probes"] if p["name"] == sys.argv[2]))' "$1" "$2"; }
for nic in e1000 vmxnet3; do
  "$bin/ringsidectl" show registers $nic > /dev/null 2>&1 || continue
  for vcpu in soft kvm; do
    sed "s/vcpu=kvm?/vcpu=$vcpu/; s/nic=e1000/nic=$nic/" assets/scenarios/exits.scn > "$dir/$nic-$vcpu.scn"
    "$bin/ringsidectl" exits "$dir/$nic-$vcpu.scn" --json > "$dir/$nic-$vcpu.json" || { cat "$dir/$nic-$vcpu.json"; exit 1; }
    delivered=$(probe "$dir/$nic-$vcpu.json" w0.frames_out) bytes=$(probe "$dir/$nic-$vcpu.json" w0.bytes_out)
    echo "$nic $vcpu: $delivered frames out, $(probe "$dir/$nic-$vcpu.json" web/0.exits) exits"
    [ "$delivered $bytes" = "10000 600000" ] || { echo "$nic $vcpu: not the frames that came in"; exit 1; }
  done
done
python3 - "$dir/e1000-kvm.json" << 'EOP' || exit 1
import json, sys
exits = json.load(open(sys.argv[1]))["exits"]
assert exits and all(e["cost_provenance"] == "measured" for e in exits), "records of measured cost"
told = [e for e in exits if e["reason"] == "MMIO write" and e["rip"]]
assert all(e["instruction"].startswith("mov dword ptr [") and "+0x" in e["where"] for e in told), told[:3]
EOP
"$bin/ringsidectl" exits "$dir/e1000-kvm.scn" --last 3 | tee "$dir/text.txt" | head -20
grep -q "handled in user space (measured)" "$dir/text.txt" || { echo "no total of user space"; exit 1; }
