# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Network namespaces for tests and captures; source it. Names are private to the process, and all is removed at the end whatever happens.
#
#   . tests/support/netns.sh
#   netns_available || exit 77          # says why on stdout
#   netns_pair                          # $NETNS with $NETNS_IF (10.77.0.2/24) inside, $HOST_IF outside, both up and quiet
#   netns_exec ping -c 1 10.77.0.1

NETNS="rs$$" NETNS_IF="rsn$$" HOST_IF="rsh$$"

# One test at a time has an AF_PACKET socket: DPDK numbers their groups by process XOR interface, and two tests side by side had the same.
netns_available() {
  exec 9> "${TMPDIR:-/tmp}/ringside_netns.lock" && flock 9
  command -v ip >/dev/null || { echo "SKIPPED: no ip command (iproute2)"; return 1; }
  [ "$(id -u)" = 0 ] || { echo "SKIPPED: network namespaces need root"; return 1; }
  # The whole of it is tried: in a chroot or a container a namespace may have a name and nobody can enter it, or there are no veth pairs.
  local what=""
  if ! ip netns add "$NETNS" 2>/dev/null; then
    what="make network namespaces"
  elif ! ip netns exec "$NETNS" true 2>/dev/null; then
    what="enter network namespaces"
  elif ! ip link add "$HOST_IF" type veth peer name "$NETNS_IF" netns "$NETNS" 2>/dev/null; then
    what="make veth pairs"
  fi
  netns_remove
  [ -z "$what" ] || { echo "SKIPPED: this machine lets nobody $what"; return 1; }
}

netns_remove() {
  ip link del "$HOST_IF" 2>/dev/null
  ip netns del "$NETNS" 2>/dev/null
  return 0
}

netns_exec() { ip netns exec "$NETNS" "$@"; }

# netns_quiet INTERFACE [COMMAND…]: the kernel sends nothing of its own there (IPv6 discovery would be counted as traffic), and leaves no
# checksum and no segmentation to hardware that does not exist: an AF_PACKET socket sees frames before anybody else would do it.
netns_quiet() {
  local interface=$1
  shift
  "$@" sysctl -qw "net.ipv6.conf.$interface.disable_ipv6=1" 2>/dev/null
  "$@" ethtool -K "$interface" tx off tso off gso off gro off >/dev/null 2>&1
  return 0
}

# netns_pair [MTU] [ADDRESS/LENGTH]
netns_pair() {
  local mtu=${1:-1500} address=${2:-10.77.0.2/24}
  trap netns_remove EXIT
  trap 'exit 130' INT TERM
  ip netns add "$NETNS" &&
    ip link add "$HOST_IF" type veth peer name "$NETNS_IF" netns "$NETNS" &&
    netns_quiet "$HOST_IF" && netns_quiet "$NETNS_IF" netns_exec &&
    ip link set "$HOST_IF" mtu "$mtu" up &&
    netns_exec ip link set "$NETNS_IF" mtu "$mtu" up &&
    netns_exec ip link set lo up &&
    netns_exec ip address add "$address" dev "$NETNS_IF"
}
