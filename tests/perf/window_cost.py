#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the window costs: nothing while it is paused, and how much of a worker's cycles while it draws.

    python3 tests/perf/window_cost.py idle            # CPU time of a paused, untouched window over 10 s: under 3 % of a core
    python3 tests/perf/window_cost.py worker [PAIRS]  # cycles per packet with the window drawing at 60 Hz, over those without

The second wants a quiet machine: pairs of runs in turn, the median of their ratios. Exit code 0 ok, 1 too much, 6 inconclusive, 77 skipped.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from window import Display, Window, need_tools  # noqa: E402

BIN = os.environ.get("RINGSIDE_BIN_DIR", "build/bin")
SCENARIO = "assets/scenarios/pvp.scn"


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(display, seconds=10.0):
    window = Window(display)
    try:
        window.wait_state(state="running")
        window.key("space")
        window.wait_state(state="paused", waiting=False)
        time.sleep(2)  # hover and answers have settled
        pid = window.process.pid
        before = cpu_seconds(pid)
        time.sleep(seconds)
        share = (cpu_seconds(pid) - before) / seconds
    finally:
        window.close()
    print(f"paused and untouched: {100 * share:.2f} % of a core over {seconds:.0f} s; allowed 3 %")
    return 0 if share < 0.03 else 1


def cycles_per_packet(before, after):
    """Busy cycles of all data-path contexts, and the guest's, per frame that came in from the wire."""
    def total(probes, end):
        return sum(value for name, value in probes.items() if name.startswith("context.") and name.endswith(end) and "generator" not in name)
    frames = after["w0.frames_in"] - before["w0.frames_in"]
    return (total(after, ".busy_cycles") - total(before, ".busy_cycles")) / max(1, frames)


def without_window(seconds):
    """The same engine, looked at 60 times a second by nobody: ringsidectl runs it and prints at the end."""
    answer = subprocess.run([os.path.join(BIN, "ringsidectl"), "run", SCENARIO, "--for", str(seconds), "--json", "--quiet"], capture_output=True, text=True, check=True)
    data = json.loads(answer.stdout)
    probes = {p["name"]: p["value"] for p in data["probes"] if isinstance(p["value"], (int, float))}
    return cycles_per_packet({name: 0 for name in probes}, probes)


def with_window(display, seconds):
    """The window draws at its own pace; what it wrote at the end is read from its dump of probes."""
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "probes.json")
        environment = {**os.environ, "DISPLAY": display.name, "XDG_STATE_HOME": folder, "LIBGL_ALWAYS_SOFTWARE": "1"}
        process = subprocess.Popen([os.path.join(BIN, "ringside"), "--scenario", SCENARIO, "--size", "1920x1080", "--layout", "explore", "--probes", dump], env=environment)
        time.sleep(seconds + 1)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        with open(dump, encoding="utf-8") as file:
            data = json.load(file)
        probes = {p["name"]: p["value"] for p in data["probes"]}
        print(f"    {data['frames'] / max(1e-9, data['seconds']):.0f} frames a second were drawn")
        return cycles_per_packet({name: 0 for name in probes}, probes)


def worker(display, pairs=5, seconds=4):
    ratios = []
    for number in range(pairs):
        a, b = without_window(seconds), with_window(display, seconds)
        ratios.append(b / a)
        print(f"pair {number + 1}: {a:.0f} cycles per packet without, {b:.0f} with, ratio {b / a:.3f}", flush=True)
    ratio, spread = statistics.median(ratios), max(ratios) - min(ratios)
    print(f"median {ratio:.3f}, from {min(ratios):.3f} to {max(ratios):.3f}; allowed 1.1")
    if spread > 0.3:
        print("inconclusive: the pairs differ by more than the effect; close other programs")
        return 6
    return 0 if ratio <= 1.1 else 1


def main():
    need_tools()
    what = sys.argv[1] if len(sys.argv) > 1 else "idle"
    if what not in ("idle", "worker"):
        print(__doc__)
        return 2
    display = Display()
    try:
        return idle(display) if what == "idle" else worker(display, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
    finally:
        display.close()


if __name__ == "__main__":
    sys.exit(main())
