#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Where a network namespace can be named but not entered (a chroot), or has no veth pairs, the tests that need one are skipped and say why;
# they failed. An `ip` that behaves so stands in for such a machine.
set -u
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat > "$dir/ip" << 'EOS'
#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in "$REFUSED"*) exit 1 ;; *) exit 0 ;; esac
EOS
printf '#!/bin/sh\necho 0\n' > "$dir/id"
chmod +x "$dir/ip" "$dir/id"

# try REFUSED WORDS: what `ip` refuses, and what is said of it.
try() {
  local said
  : > "$dir/calls"
  said=$(PATH="$dir:$PATH" CALLS="$dir/calls" REFUSED="$1" bash -c '. tests/support/netns.sh; netns_available')
  [ $? = 1 ] || { echo "$1 refused, and namespaces are thought to work"; exit 1; }
  case $said in "SKIPPED: "*"$2"*) ;; *) echo "$1 refused, and it says: $said"; exit 1 ;; esac
  case $1 in "netns add") ;; *) grep -q "^netns del" "$dir/calls" || { echo "$1 refused, and the name was left behind"; exit 1; } ;; esac
}
try "netns add" "make network namespaces"
try "netns exec" "enter network namespaces"
try "link add" "make veth pairs"
PATH="$dir:$PATH" CALLS="$dir/calls" REFUSED="nothing" bash -c '. tests/support/netns.sh; netns_available' || { echo "nothing refused, and it is skipped"; exit 1; }

# The scripts take its word, each of them.
for script in tests/scenarios/kvm_ping.sh tests/scenarios/readme_ping.sh; do
  [ -w /dev/kvm ] || case $script in *kvm*) continue ;; esac
  PATH="$dir:$PATH" CALLS="$dir/calls" REFUSED="netns exec" bash $script > "$dir/out.txt" 2>&1
  [ $? = 77 ] || { cat "$dir/out.txt"; echo "$script is not skipped"; exit 1; }
done
exit 0
