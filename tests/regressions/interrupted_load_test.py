#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ringsidectl that is ended while its scenario is being loaded: what has run by then is shown, and where nothing has, it says so.
It printed an empty machine ("no scenario: free, 0 s … sent 0"), with exit code 0 where `--for` had ended it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.getcwd(), "tests/support"))
from patience import patient  # noqa: E402

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ENVIRONMENT = {**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "NO_COLOR": "1"}
MACHINE = "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
LONG = "measure exits samples=10000000\n"  # half a minute and more


def listens(process):
    """It has asked for its signals, so that they end it in order. The thread that waits for them lets them through meanwhile."""
    for thread in os.listdir(f"/proc/{process.pid}/task"):
        with open(f"/proc/{process.pid}/task/{thread}/status") as status:
            blocked = next(int(line.split()[1], 16) for line in status if line.startswith("SigBlk"))
        if blocked >> (signal.SIGTERM - 1) & 1:
            return True
    return False


class Loading(unittest.TestCase):
    def test_where_nothing_has_run_it_says_that_it_was_stopped(self):
        with tempfile.NamedTemporaryFile("w", suffix=".scn") as file:
            file.write(LONG + MACHINE + "run until=idle\n")
            file.flush()
            for words in (["run", file.name, "--json"], ["run", file.name], ["exits", file.name], ["show", "placement", file.name]):
                with self.subTest(words=words):
                    child = subprocess.Popen([CTL, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
                    while child.poll() is None and not listens(child):
                        time.sleep(0.01)
                    child.send_signal(signal.SIGTERM)
                    out, said = child.communicate(timeout=patient(60))
                    self.assertEqual(child.returncode, 128 + signal.SIGTERM, said)
                    self.assertIn("No line of this file was applied.", said)
                    self.assertEqual(out, "")

    def test_what_has_run_when_the_time_is_over_is_shown(self):
        text = MACHINE + "send to=web count=1000\nrun mode=free until=idle\n" + LONG + "run mode=free for=20\n"
        result = subprocess.run([CTL, "run", "-", "--for", "1", "--json"], input=text, capture_output=True, text=True, timeout=patient(60), env=ENVIRONMENT)
        self.assertEqual(result.returncode, 0, result.stderr)
        shown = json.loads(result.stdout)
        self.assertNotEqual(shown["scenario"], "")
        self.assertEqual({probe["name"]: probe["value"] for probe in shown["probes"]}["balance.sent"], 1000)


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        print("SKIPPED: no /dev/kvm: nothing else in a scenario takes long before anything runs")
        sys.exit(77)
    unittest.main(verbosity=2)
