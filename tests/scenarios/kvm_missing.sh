#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Without KVM: vcpu=kvm says in a sentence what is missing, and nothing is built; vcpu=kvm? runs on a soft vCPU and says so.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$(realpath "${RINGSIDE_BIN_DIR:-build/bin}")
skip() { echo "SKIPPED: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip "only root can hide /dev/kvm from a process"
[ -e /dev/kvm ] || skip "no /dev/kvm that could be hidden"
unshare -m mount --bind /dev/null /dev/kvm 2> /dev/null || skip "nothing can be hidden here: no mount namespaces, or no mounts in them"
dir=$(mktemp -d) && chmod 755 "$dir"
trap 'rm -rf "$dir"' EXIT
sed 's/10k/100/' assets/scenarios/exits.scn > "$dir/any.scn"
sed 's/kvm?/kvm/' "$dir/any.scn" > "$dir/kvm.scn"
fail() { cat "$dir/out.txt"; echo "$1"; exit 1; }

hidden() { unshare -m sh -c 'mount --bind /dev/null /dev/kvm && exec "$@"' sh "$@"; }
hidden "$bin/ringsidectl" run "$dir/kvm.scn" > "$dir/out.txt" 2>&1
[ $? = 3 ] || fail "hidden: not exit code 3"
grep -q "does not speak KVM's version 12" "$dir/out.txt" || fail "hidden: no sentence"
grep -q "No line of this file was applied" "$dir/out.txt" || fail "hidden: what is unchanged is not said"
hidden "$bin/ringsidectl" run "$dir/any.scn" > "$dir/out.txt" 2>&1 || fail "hidden: vcpu=kvm? does not run"
grep -q "A soft vCPU instead of KVM" "$dir/out.txt" || fail "hidden: does not say that the vCPU is soft"
grep -q "It holds" "$dir/out.txt" || fail "hidden: the balance does not hold"

nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$dir" XDG_RUNTIME_DIR="$dir" "$@"; }
nobody test -x "$bin/ringsidectl" 2> /dev/null && ! nobody test -w /dev/kvm || exit 0
nobody "$bin/ringsidectl" run "$dir/kvm.scn" > "$dir/out.txt" 2>&1
[ $? = 3 ] || fail "nobody: not exit code 3"
grep -q "/dev/kvm exists, but you may not open it" "$dir/out.txt" || fail "nobody: no sentence"
grep -q "usermod -aG kvm" "$dir/out.txt" || fail "nobody: no remedy"
