#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A lab that somebody else wrote may build a machine and play captures of its own folder. It writes no file, reads none outside,
uses no network of this machine and stays small, by whatever way its lines come: lint, solution, wrong attempt, answers, by hand.
(A lab under `lab lint` overwrote a file of the user's home with bytes of its own capture.)"""

import os
import struct
import subprocess
import sys
import tempfile
import unittest

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ASSETS = os.path.join(os.getcwd(), "assets")
FRAME = bytes.fromhex("020000000001" "020000000002" "0800") + bytes(46)
CAPTURE = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 0, 0, len(FRAME), len(FRAME)) + FRAME
VICTIM = "what the user had written\n"
LAB = """+++
id = "a-lab"
title = "A lab"
promise = "Nothing."
minutes = 1
requires = { cores = 1, kvm = "no", mem_mb = 64 }
+++

# A lab

```start
%(start)s
switch add name=s0 uplink=w0
vm add name=web nic=e1000 switch=s0 workload=sink
run mode=stepped seed=1
```

## Do: one

```do one
%(do)s
```

```check c1
verb = "at_least"
of = "balance.sent"
since = "one"
value = "0"
claim = "Nothing is proved."
else = "It is."
```

```solution
do one
```

```wrong late fails=c1
do one
```
"""
RING = "wire add name=w0 kind=ring"


class Sandbox(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name
        self.lab = os.path.join(self.top, "lab")
        os.makedirs(self.lab + "/sub")
        self.victim = os.path.join(self.top, "home-file")
        for path in ("outside.pcap", "lab/frames.pcap", "lab/sub/more.pcap"):
            open(os.path.join(self.top, path), "wb").write(CAPTURE)
        os.symlink("../outside.pcap", self.lab + "/out.pcap")
        os.symlink("..", self.lab + "/up")
        os.symlink("sub/more.pcap", self.lab + "/in.pcap")
        os.symlink(self.victim, self.lab + "/new.pcap")
        os.mkfifo(self.lab + "/fifo.pcap")
        open(self.victim, "w").write(VICTIM)

    def ctl(self, *words, text="", start=RING, do="send to=web count=1\nrun until=idle"):
        open(self.lab + "/lab.md", "w").write(LAB % {"start": start, "do": do})
        return subprocess.run([CTL, "lab", *words], input=text, capture_output=True, text=True, timeout=120,
                              env={**os.environ, "RINGSIDE_ASSETS": ASSETS, "HOME": self.top}, cwd=self.top)

    def ways(self, **lines):
        path = self.lab + "/lab.md"
        open(self.top + "/answers", "w").write("do one\n")
        yield self.ctl("lint", path, **lines)
        yield self.ctl("run", "--solution", path, **lines)
        yield self.ctl("run", "--wrong", "late", path, **lines)
        yield self.ctl("run", "--no-progress", "--answers", self.top + "/answers", path, **lines)
        yield self.ctl("run", "--no-progress", path, text="\n\n", **lines)

    def refused(self, line, said, pairs=("start", "do")):
        for where in pairs:
            lines = {where: line if where == "start" else line.replace("name=w0", "name=w1")}
            for number, result in enumerate(self.ways(**lines)):
                with self.subTest(line=line[:100], where=where, way=number):
                    self.assertIn(said, result.stdout + result.stderr)
                    if number < 4:
                        self.assertEqual(result.returncode, 4, result.stderr)
                        self.assertIn("lab.md", result.stderr)
                    self.assertEqual(open(self.victim).read(), VICTIM)
                    self.assertEqual(sorted(os.listdir(self.top)), ["answers", "home-file", "lab", "outside.pcap"])

    def test_it_writes_no_file(self):
        self.refused(f"wire add name=w0 kind=pcap:{self.lab}/frames.pcap write={self.victim}", "writes no files")
        self.refused(f"wire add name=w0 kind=pcap:{self.lab}/frames.pcap write=new.pcap", "writes no files", ["start"])

    def test_it_uses_no_network(self):
        for kind in ("tap:rs_lab", "af_packet:lo", "pci:0000:00:03.0"):
            self.refused(f"wire add name=w0 kind={kind}", "uses no network", ["start"])

    def test_it_reads_nothing_outside(self):
        for name in ("../outside.pcap", self.top + "/outside.pcap", "out.pcap", "up/outside.pcap", "sub/../../outside.pcap",
                     "/etc/passwd", "fifo.pcap", "sub", ".", "none.pcap", "/proc/self/fd/0", "/dev/stdin"):
            self.refused(f"wire add name=w0 kind=pcap:{name}", "no such file in its own folder", ["start"])

    def test_it_stays_small(self):
        vms = "\n".join(f"vm add name=v{i} nic=e1000 switch=s0" for i in range(16))
        self.refused(vms, "17 VMs; a lab may have 16", ["do"])
        self.refused("vm set name=web memory=2048M", "2048 MiB of guests' memory", ["do"])
        self.refused("\n".join(f"wire add name=x{i} kind=null" for i in range(16)), "17 wires", ["do"])
        self.refused("send to=web count=1G", "more than a lab may have", ["do"])
        self.refused("measure exits samples=1M", "more than a lab may have", ["do"])

    def test_captures_of_its_own_are_played_wherever_one_stands(self):
        for name in ("frames.pcap", "sub/more.pcap", "in.pcap", self.lab + "/frames.pcap", "./sub/../frames.pcap"):
            with self.subTest(name=name):
                result = self.ctl("run", "--solution", self.lab + "/lab.md", start=f"wire add name=w0 kind=pcap:{name}", do="run until=idle")
                self.assertIn("A lab, variant 1", result.stdout, result.stderr)
                self.assertEqual(result.stderr, "")

    def test_what_the_student_types_into_the_console_is_his_own(self):
        out = self.top + "/own.pcap"
        said = self.ctl("run", "--no-progress", self.lab + "/lab.md", text=f"\n:wire add name=w9 kind=pcap:{self.top}/outside.pcap write={out}\n")
        self.assertIn("wire w9 is there", said.stdout)


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
