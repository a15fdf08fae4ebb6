# SPDX-License-Identifier: BSD-3-Clause
"""Nothing is deaf: each signal, at a random moment of every mode and every long command, ends it with exit code 128 + n (or at
once, if it came before the program had begun), and what was printed until then is whole. How many events pass between is
tests/regressions/deafness_test.cc's matter."""

import concurrent.futures
import json
import os
import random
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
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MACHINE = "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 driver=interrupt workload=echo\n"
SLOW = MACHINE + "send to=web count=forever rate=1kpps\n"
FAST = MACHINE + "send to=web count=forever\n"
# Words after ringsidectl; - is the scenario beside them.
ENDLESS = {
    "run, free": (["run", "-", "--json"], FAST + "run mode=free\n"),
    "run, stepped": (["run", "-", "--json"], SLOW + "run mode=stepped\n"),
    "run until idle, stepped": (["run", "-", "--json"], SLOW + "run mode=stepped until=idle\n"),
    "run, paced": (["run", "-", "--json"], SLOW + "run mode=paced\n"),
    "run for an hour": (["run", "-", "--json"], FAST + "run mode=free for=3600s\n"),
    "a step of many": (["run", "-", "--json"], FAST + "run mode=stepped\nstep n=100M\n"),
    "step": (["step", "-", "--steps", "1000000000"], FAST),
    "exits": (["exits", "-", "--for", "3600"], FAST),
    "dashboard": (["run", "-", "--dashboard"], FAST + "run mode=free\n"),
    "show placement": (["show", "placement", "-", "--for", "3600"], FAST),
    "bench build": (["bench", "build"], ""),
    "bench doorbell": (["bench", "doorbell"], ""),
    "bench nics": (["bench", "nics"], ""),
    "bench backend": (["bench", "backend"], ""),
    "bench scale": (["bench", "scale"], ""),
    "bench floor": (["bench", "floor", "--seconds", "600"], ""),
    "bench pvp": (["bench", "pvp"], ""),
}
if os.access("/dev/kvm", os.R_OK | os.W_OK):
    KVM = MACHINE.replace("workload=echo", "workload=forward vcpu=kvm")
    ENDLESS |= {
        "run, free, on KVM": (["run", "-", "--json"], KVM + "send to=web count=forever\nrun mode=free\n"),
        "run, stepped, on KVM": (["run", "-", "--json"], KVM + "send to=web count=forever rate=1kpps\nrun mode=stepped\n"),
        "measure exits": (["run", "-", "--json"], "measure exits samples=1000000\n"),
        "bench exits": (["bench", "exits", "--samples", "1000000"], ""),
    }


def disturb(name, number, seconds, folder):
    """What was wrong with how it ended; None: nothing."""
    words, text = ENDLESS[name]
    with tempfile.TemporaryFile("w+", dir=folder) as lines:
        lines.write(text)
        lines.seek(0)
        child = subprocess.Popen([CTL, "--workers", "1", *words], stdin=lines, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    end = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    if child.returncode is not None:
        out, said = child.communicate()
        return f"ended by itself with {child.returncode}: {(out + said)[-600:]}"
    child.send_signal(number)
    try:
        out, said = child.communicate(timeout=patient(60))
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return "was deaf"
    if child.returncode not in (128 + number, -number):
        return f"ended with {child.returncode}: {(out + said)[-600:]}"
    if "--json" in words and child.returncode > 0 and (out or "No line of this file was applied." not in said):
        try:
            result = json.loads(out)
        except ValueError:
            return f"its JSON is not whole: {out!r} {said!r}"
        if "switch" in text and not result["balance_holds"]:
            return "its balance does not hold"
    return None


class Deaf(unittest.TestCase):
    def test_each_signal_ends_each_long_command_at_any_moment(self):
        seed = int(os.environ.get("RINGSIDE_TEST_SEED") or time.time())
        chance = random.Random(seed)
        with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(3) as pool:
            runs = [(name, number, chance.uniform(0, 1.2)) for name in ENDLESS for number in SIGNALS]
            found = pool.map(lambda run: disturb(*run, folder), runs)
            for (name, number, seconds), wrong in zip(runs, found):
                with self.subTest(command=name, signal=number.name, after=f"{seconds:.3f} s", seed=seed):
                    self.assertIsNone(wrong)


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
