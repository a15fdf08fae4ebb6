#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""An interface that is deleted while a wire uses it: the wire says so, its frames are drops with a name, and the run ends with 3."""

import json
import os
import subprocess
import sys
import time
import unittest

CTL = os.path.realpath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
MINE, OTHER, TAP = (f"rsg{end}{os.getpid()}" for end in "abt")


def ip(*words):
    return subprocess.run(["ip", *words], capture_output=True, text=True)


def counted(interface, which):
    try:
        with open(f"/sys/class/net/{interface}/statistics/{which}") as file:
            return int(file.read())
    except OSError:
        return 0


class Gone(unittest.TestCase):
    def setUp(self):
        self.addCleanup(lambda: (ip("link", "del", MINE), ip("link", "del", TAP)))

    def lose(self, kind, interface, seen_on, which):
        text = (f"wire add name=w0 kind={kind}:{interface}\nswitch add name=s0 uplink=w0\n"
                "vm add name=a nic=e1000 switch=s0 workload=generate count=20k size=60 rate=10kpps\nrun mode=free until=idle\n")
        with subprocess.Popen([CTL, "run", "-", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            run.stdin.write(text)
            run.stdin.close()
            end = time.monotonic() + 60  # only a net below
            while counted(seen_on, which) < 100 and run.poll() is None and time.monotonic() < end:
                time.sleep(0.002)
            deleted = ip("link", "del", interface)
            out, errors = run.stdout.read(), run.stderr.read()
            self.assertEqual(run.wait(60), 3, errors)
        self.assertEqual(deleted.returncode, 0, deleted.stderr)
        answer = json.loads(out)
        values = {probe["name"]: probe["value"] for probe in answer["probes"]}
        self.assertIn(f"Interface {interface} is gone", errors)
        self.assertIn(f"Interface {interface} is gone", answer["wires"][0]["fault"])
        self.assertTrue(answer["balance_holds"])
        self.assertEqual(values["a.nic0.tx.fetched"], 20000)
        self.assertGreater(values["w0.dropped.wire_down"], 0)
        self.assertEqual(values["w0.frames_out"] + values["w0.dropped.wire_down"] + values["w0.dropped.wire_full"], 20000)

    def test_af_packet(self):
        self.assertEqual(ip("link", "add", MINE, "type", "veth", "peer", "name", OTHER).returncode, 0)
        for end in (MINE, OTHER):
            ip("link", "set", end, "up")
        self.lose("af_packet", MINE, OTHER, "rx_packets")

    @unittest.skipUnless(os.path.exists("/dev/net/tun"), "no /dev/net/tun")
    def test_tap(self):
        self.lose("tap", TAP, TAP, "rx_packets")


if __name__ == "__main__":
    if os.geteuid() != 0 or ip("link", "add", MINE, "type", "veth", "peer", "name", OTHER).returncode:
        print("SKIPPED: interfaces are made by root alone, with iproute2")
        sys.exit(77)
    ip("link", "del", MINE)
    unittest.main()
