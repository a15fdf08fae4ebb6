#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A value that a command cannot take is refused while the file is checked: file and line, exit code 4, and nothing was built.
None of them is rounded, clamped or taken as something else in silence."""

import os
import re
import subprocess
import sys
import unittest

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ENVIRONMENT = {**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "NO_COLOR": "1"}
BENCH = "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0\n"
VMXNET3 = "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=vmxnet3 switch=s0 queues=2 vcpus=2\n"

# The line that is wrong, and what its error says besides it.
WRONG = [
    ("vm add name=v nic=e1000 switch=s0 rx_ring=8.4", "Expected a whole number from 8 to 4096"),
    ("vm add name=v nic=e1000 switch=s0 rx_ring=1e300", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 rx_ring=0x10", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 rx_ring=nan", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 rx_ring=inf", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 rx_ring=-8", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 rx_ring=4294967304", "Expected 8 to 4096"),
    ("vm add name=v nic=e1000 switch=s0 tx_ring=forever", "Expected"),
    ("vm add name=v nic=vmxnet3 switch=s0 queues=1.5", "Expected"),
    ("vm add name=v nic=vmxnet3 switch=s0 vcpus=4294967297", "Expected 1 to 8"),
    ("vm add name=v nic=e1000 switch=s0 memory=16.4M", "16M, 32M"),
    ("vm add name=v nic=e1000 switch=s0 memory=17000001", "16M, 32M"),
    ("vm add name=v nic=e1000 switch=s0 memory=1e300", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 exit_cost=forever", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 count=1e300", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 count=2.5", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 rate=1e-300", "Expected 0.001pps to 10Gpps"),
    ("vm add name=v nic=e1000 switch=s0 poll_every=1e300s", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 poll_every=70s", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 size=60.5", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 workload=generate size=5000", "Add `jumbo=yes`. Nearest without: `size=1514`"),
    ("vm add name=v nic=vmxnet3 switch=s0 size=1515 jumbo=no", "Add `jumbo=yes`"),
    ("vm set name=web size=9018", "size=9018 is not possible without jumbo=yes"),
    ("vm add name=v nic=e1000 switch=s0 size=5000 jumbo=yes\nvm set name=v jumbo=no", "jumbo=no is not possible with size=5000"),
    ("vm add name=v nic=e1000 switch=s0 mac=-1:00:00:00:00:01", "Expected"),
    ("vm add name=v nic=e1000 switch=s0 ip=+1.2.3.4", "Expected"),
    ("vm add name=" + "v" * 65 + " nic=e1000 switch=s0", "64 at most"),
    ("vm set name=web flows=0", "Expected 1 to 16384"),
    ("vm set name=web flows=99999", "Expected 1 to 16384"),
    ("send to=web count=0", "Expected 1 to"),
    ("send to=web count=1e300", "Expected"),
    ("send to=web count=0.5", "Expected"),
    ("send to=web flows=0", "Expected 1 to 16384"),
    ("send to=web flows=99999", "Expected 1 to 16384"),
    ("send to=web size=64.5", "Expected"),
    ("send to=web size=59", "Expected 60 to 9018, or imix"),
    ("send to=web rate=forever", "Expected"),
    ("send to=web rate=20Gpps", "Expected"),
    ("wire add name=w1 kind=ring flows=1.5", "Expected"),
    ("wire add name=w1 kind=ring rate=20Gpps", "Expected"),
    ("wire add name=w1 kind=ring vlan=4094.9", "Expected"),
    ("wire add name=w1 kind=ring window=forever", "Expected"),
    ("portgroup add name=g switch=s0 vlan=forever", "Expected"),
    ("run pace=forever", "Expected"),
    ("run pace=0", "Expected 0.1 to 1M"),
    ("run pace=1e300", "Expected"),
    ("run seed=18446744073709551616", "Expected"),
    ("run seed=1.5", "Expected"),
    ("run for=0", "Expected"),
    ("run for=1e300", "Expected"),
    ("step n=0", "Expected 1 to"),
    ("step n=forever", "Expected"),
    ("exits record most=200M", "Expected 0 to 100M, or forever"),
    ("calibrate samples=forever", "Expected"),
    ("backend cycles=1e300", "Expected"),
    ("watch ring=zzz", 'There is no ring "zzz"'),
    ("watch ring=web.nic0.rxx", "web.nic0.rx"),
    ("unwatch ring=web.nic1.rx", "There is no ring"),
    ("context place context=nobody worker=1", "There is no context"),
    ('context place context="tx web.nic0" worker=0', "Expected 1 to"),
    ('context place context="tx web.nic0" worker=2', "--workers 2"),
    ('context place context="tx web.nic0" worker=2147483648', "Expected 1 to"),
    ('context place context="tx web.nic0" worker=1.5', "Expected"),
]

RIGHT = [
    "vm set name=web rate=0", "vm set name=web count=0", "vm set name=web count=forever", "vm set name=web poll_every=0us",
    "vm set name=web poll_every=1.5ms", "vm set name=web size=1514", "vm set name=web size=9018 jumbo=yes", "vm set name=web size=60 jumbo=no", "vm set name=web memory=32M", "vm set name=web memory=32000000B", "send to=web size=64B count=1.5k",
    "send to=web size=imix rate=14.88Mpps", "run seed=18446744073709551615 for=1us",
    "exits record most=forever", 'context place context="tx web.nic0" worker=1', "context place context=web/1 worker=1",
    'context place context="rx w0" worker=1', 'context place context="generator w0" worker=1', "watch ring=web.nic0.rx1.2", "unwatch ring=web.nic0.tx0.comp", "run pace=0.5 mode=stepped",
]


def run(text, *words):
    return subprocess.run([CTL, "--workers", "1", "run", "-", "--for", "0.1", *words], input=text, capture_output=True, text=True, timeout=60, env=ENVIRONMENT)


class Values(unittest.TestCase):
    def test_what_a_command_cannot_take_is_refused_while_the_file_is_checked(self):
        for line, said in WRONG:
            with self.subTest(line=line[:80]):
                result = run(BENCH + line + "\n")
                self.assertEqual((result.returncode, result.stdout), (4, ""), result.stderr)
                self.assertIn(f"standard input, line {4 + line.count(chr(10))}", result.stderr)
                self.assertIn("No line of this file was applied.", result.stderr)
                self.assertIn(said, result.stderr)

    def test_what_it_can_take_is_taken_as_it_stands(self):
        result = run(VMXNET3 + "\n".join(RIGHT) + "\n")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_every_number_of_the_language_says_its_range(self):
        text = subprocess.run([CTL, "show", "commands"], capture_output=True, text=True, timeout=60, env=ENVIRONMENT).stdout
        for line in text.splitlines():
            if re.search(r"^    \w+ +a (whole number|number|rate|time)\b", line):
                self.assertRegex(line, r" from \S+ to \S+")


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
