#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What `ringsidectl bench pvp` is compared with: Open vSwitch with its DPDK data path, and a guest of dpdk-testpmd behind vhost-user.
#
#   net_null, 60-byte frames -> OVS -> vhost-user -> testpmd swaps the addresses -> vhost-user -> OVS -> net_null
#
#   pvp_peer.sh --check    0: it can run here; 77: it cannot, and the last line on stderr says what is missing
#   pvp_peer.sh SECONDS    prints "peer=ovs-dpdk version=V frames_per_second=N": frames that the guest received
#
# The switch polls on the first usable CPU, the guest on the second one. Hugepages that it has to reserve it gives back.
set -uo pipefail

readonly kPages=1024                            # of 2 MiB
readonly kPagesFile=/proc/sys/vm/nr_hugepages
readonly kDaemon=/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk
readonly kSchema=/usr/share/openvswitch/vswitch.ovsschema

missing() { echo "$*" >&2; exit 77; }
failed() { echo "The peer failed: $*" >&2; exit 1; }

check() {
  [ "$(id -u)" = 0 ] || missing "It needs root: sudo ringsidectl bench pvp"
  for tool in ovsdb-tool ovsdb-server ovs-vsctl ovs-ofctl ovs-appctl; do
    command -v "$tool" > /dev/null || missing "$tool is not there: sudo apt-get install openvswitch-switch-dpdk"
  done
  [ -x "$kDaemon" ] || missing "Open vSwitch has no DPDK here: sudo apt-get install openvswitch-switch-dpdk"
  command -v dpdk-testpmd > /dev/null || missing "The guest, dpdk-testpmd, is not there: sudo apt-get install dpdk-dev"
  [ "$(nproc)" -ge 2 ] || missing "It needs two CPUs."
  [ -w "$kPagesFile" ] || [ "$(cat "$kPagesFile")" -ge "$kPages" ] ||
    missing "It needs $kPages hugepages of 2 MiB: echo $kPages | sudo tee $kPagesFile"
}

version() { "$kDaemon" --version | sed -n '1s/.* \([0-9][0-9.]*\).*/\1/p'; }

# Processes and places that are taken back at the end, whatever the end is.
children=() room="" pages_before=""
give_back() {
  local child
  for child in "${children[@]}"; do kill "$child" 2> /dev/null; done
  for child in "${children[@]}"; do wait "$child" 2> /dev/null; done
  [ -n "$pages_before" ] && echo "$pages_before" > "$kPagesFile"
  [ -n "$room" ] && rm -rf "$room"
}

reserve_pages() {
  local now
  now=$(cat "$kPagesFile")
  [ "$now" -ge "$kPages" ] && return
  pages_before=$now
  echo "$kPages" > "$kPagesFile"
  [ "$(cat "$kPagesFile")" -ge "$kPages" ] || missing "Only $(cat "$kPagesFile") of $kPages hugepages could be reserved: memory is too fragmented."
}

# Waits until a command succeeds, for at most so many tenths of a second.
wait_for() {
  local tenths=$1
  shift
  while ! "$@" > /dev/null 2>&1; do
    ((tenths-- > 0)) || return 1
    sleep 0.1
  done
}

start_switch() { # CPU of its polling thread, CPU of the rest
  export OVS_RUNDIR=$room OVS_LOGDIR=$room OVS_DBDIR=$room OVS_SYSCONFDIR=$room
  ovsdb-tool create "$room/db" "$kSchema" || failed "no database"
  ovsdb-server "$room/db" --remote="punix:$room/db.sock" --unixctl="$room/db.ctl" > "$room/db.log" 2>&1 &
  children+=($!)
  wait_for 50 test -S "$room/db.sock" || failed "no database server"
  vsctl --no-wait init
  vsctl --no-wait set Open_vSwitch . other_config:dpdk-init=true other_config:dpdk-socket-mem=512 \
    other_config:pmd-cpu-mask="$(mask "$1")" other_config:dpdk-lcore-mask="$(mask "$2")" 'other_config:dpdk-extra="--no-pci --in-memory"'
  "$kDaemon" "unix:$room/db.sock" --unixctl="$room/switch.ctl" > "$room/switch.log" 2>&1 &
  children+=($!)
  wait_for 200 test -S "$room/switch.ctl" || failed "$(tail -1 "$room/switch.log")"
}

vsctl() { ovs-vsctl --timeout=30 --db="unix:$room/db.sock" "$@"; }
mask() { printf '0x%x' $((1 << $1)); }

start_guest() { # CPU of its main thread, CPU that forwards
  dpdk-testpmd --file-prefix="pvp$$" --in-memory --single-file-segments --no-pci -m 512 -l "$1,$2" --main-lcore "$1" \
    --vdev="net_virtio_user0,path=$room/guest.sock,server=1,queue_size=1024" -- \
    --forward-mode=macswap --nb-cores=1 --rxd=1024 --txd=1024 --total-num-mbufs=16384 --auto-start --stats-period=3600 > "$room/guest.log" 2>&1 &
  children+=($!)
  wait_for 200 test -S "$room/guest.sock" || failed "no guest: $(tail -1 "$room/guest.log")"
}

connect() {
  vsctl add-br pvp -- set bridge pvp datapath_type=netdev fail-mode=secure \
    -- add-port pvp in -- set Interface in type=dpdk "options:dpdk-devargs=net_null0,size=60" \
    -- add-port pvp out -- set Interface out type=dpdk "options:dpdk-devargs=net_null1,size=60,no-rx=1" \
    -- add-port pvp guest -- set Interface guest type=dpdkvhostuserclient "options:vhost-server-path=$room/guest.sock" ||
    failed "the ports could not be made"
  local flow
  for flow in in_port=in,actions=output:guest in_port=guest,actions=output:out; do
    ovs-ofctl add-flow "unix:$room/pvp.mgmt" "$flow" || failed "a flow could not be added"
  done
}

# Frames that the switch has put into the guest's ring so far.
into_guest() {
  ovs-appctl -t "$room/switch.ctl" dpctl/show --statistics netdev@ovs-netdev |
    awk '$1 == "port" {here = $3 == "guest"} here && $1 == "TX" {sub(/.*packets:/, ""); print $1; exit}'
}
flows() { [ "$(into_guest)" -gt 0 ]; }

measure() {
  local seconds=$1 cpus
  mapfile -t cpus < <(taskset -cp $$ | sed 's/.*: //' | tr , '\n' | while IFS=- read -r a b; do seq "$a" "${b:-$a}"; done)
  room=$(mktemp -d)
  trap give_back EXIT
  trap 'exit 143' INT TERM
  reserve_pages
  start_switch "${cpus[0]}" "${cpus[1]}"
  start_guest "${cpus[0]}" "${cpus[1]}"
  connect
  wait_for 200 flows || failed "no frame reached the guest: $(tail -1 "$room/guest.log")"
  sleep 1
  local frames0 frames1 ns0 ns1
  ns0=$(date +%s%N) frames0=$(into_guest)
  sleep "$seconds"
  ns1=$(date +%s%N) frames1=$(into_guest)
  echo "peer=ovs-dpdk version=$(version) frames_per_second=$(awk "BEGIN {printf \"%.0f\", ($frames1 - $frames0) * 1e9 / ($ns1 - $ns0)}")"
}

case ${1:-} in
  --check) check && echo "peer=ovs-dpdk version=$(version)" ;;
  [1-9]*) check && measure "$1" ;;
  *) echo "usage: pvp_peer.sh --check | SECONDS" >&2; exit 2 ;;
esac
