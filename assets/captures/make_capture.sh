#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Makes lan.pcap: real traffic of two hosts on one Ethernet, two network namespaces joined by a veth pair (README.md beside this).
# Needs root, iproute2, tcpdump, ping, curl, python3. Everything it makes but the file is removed at the end.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/lan.pcap}
client="rsc$$" server="rss$$" work=$(mktemp -d)
running=()

cleanup() {
  for pid in ${running[@]+"${running[@]}"}; do kill "$pid" 2>/dev/null || true; done
  ip netns del "$client" 2>/dev/null || true
  ip netns del "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

in_client() { ip netns exec "$client" "$@"; }
in_server() { ip netns exec "$server" "$@"; }

ip netns add "$client"
ip netns add "$server"
ip link add eth0 netns "$client" address 02:00:00:00:0c:01 type veth peer name eth0 netns "$server" address 02:00:00:00:0c:02
for side in "$client" "$server"; do
  ip netns exec "$side" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
  # Complete checksums and no frame longer than the MTU: what would be on a cable.
  ip netns exec "$side" ethtool -K eth0 tx off tso off gso off gro off >/dev/null
  ip netns exec "$side" ip link set lo up
  ip netns exec "$side" ip link set eth0 up
done
in_client ip address add 10.78.0.1/24 dev eth0
in_server ip address add 10.78.0.2/24 dev eth0

mkdir "$work/www"
{ echo "<title>Ringside</title>"; for i in $(seq 400); do echo "<p>Line $i of a page that takes several frames.</p>"; done; } >"$work/www/index.html"
in_server python3 -m http.server --directory "$work/www" --bind 10.78.0.2 80 >/dev/null 2>&1 & running+=($!)
in_server python3 "$here/dns_server.py" 10.78.0.2 53 & running+=($!)
in_client tcpdump -i eth0 -U -w "$work/lan.pcap" 2>"$work/tcpdump.log" & running+=($!)
until grep -qs listening "$work/tcpdump.log"; do sleep 0.1; done
sleep 1

in_client ping -q -c 5 -i 0.2 10.78.0.2
in_client ping -q -c 3 -i 0.2 -s 1400 10.78.0.2
for name in web.ringside.example mail.ringside.example; do in_client python3 "$here/dns_lookup.py" 10.78.0.2 "$name"; done
for i in 1 2; do in_client curl -s -o /dev/null -w "%{http_code} %{size_download} bytes\n" http://10.78.0.2/; done

sleep 1
kill "${running[-1]}"  # TERM: a shell starts its background jobs with INT ignored
wait "${running[-1]}" || true
cp "$work/lan.pcap" "$out"
tcpdump -r "$out" 2>/dev/null | wc -l | sed "s|^|$out: frames: |"
