#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What ringsidectl says at an end, and with which code: events that run out, scenarios without a machine, texts without an end,
memory and open files that cannot be had, and a wait for input that somebody ends."""

import fcntl
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
WINDOW = os.path.join(os.path.dirname(CTL), "ringside")
ENVIRONMENT = {**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "NO_COLOR": "1"}
TWO = ("wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink driver=interrupt\n"
       "send to=web count=1\n")


def ctl(*words, text=None, limit=60, **more):
    return subprocess.run([CTL, *words], input=text, capture_output=True, text=True, timeout=limit, env=ENVIRONMENT, **more)


class Ends(unittest.TestCase):
    def test_steps_that_run_out_of_events_say_so_and_are_no_failure(self):
        result = ctl("step", "-", "--steps", "5000", text=TWO)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, r"Nothing can move any more after [0-9,]+ of 5,000 steps")
        self.assertIn("events, ", result.stdout)
        result = ctl("step", "-", "--steps", "5000", "--json", text=TWO)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertGreater(len(json.loads(result.stdout)["events"]), 3)

    def test_what_is_waited_for_and_does_not_come_is_a_no(self):
        result = ctl("step", "-", "--until", "drop", text=TWO)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("There was no drop.", result.stderr)

    def test_a_scenario_without_a_machine_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "empty.scn")
            for text in ("", "# nothing\n", "\n\n"):
                open(path, "w").write(text)
                for words in (["run", path], ["step", path], ["exits", path]):
                    with self.subTest(words=words, text=text):
                        result = ctl(*words)
                        self.assertEqual(result.returncode, 4, result.stderr)
                        self.assertIn("empty.scn", result.stderr)

    def test_times_and_numbers_of_the_command_line_are_numbers(self):
        for words in (["--for", "nan"], ["--for", "inf"], ["--for", "1e300"], ["--for", "0"]):
            self.assertEqual(ctl("run", "first.scn", *words).returncode, 2, words)
        self.assertEqual(ctl("step", "first.scn", "--steps", "18446744073709551615").returncode, 2)


@unittest.skipUnless(os.access(WINDOW, os.X_OK), "no window was built")
class TheWindow(unittest.TestCase):
    """What is said before a window opens. 3: it came as far as to look for a display."""

    def said(self, *words):
        return subprocess.run([WINDOW, *words], capture_output=True, text=True, timeout=60, env={**ENVIRONMENT, "DISPLAY": "", "WAYLAND_DISPLAY": ""})

    def test_it_finds_the_scenarios_that_come_with_ringside_by_name(self):
        for name in ("first.scn", "two-vms", os.path.join("assets", "scenarios", "first.scn")):
            result = self.said("--scenario", name)
            self.assertEqual(result.returncode, 3, result.stderr)

    def test_a_scenario_that_is_missing_is_4(self):
        result = self.said("--scenario", "no-such.scn")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("no scenario of this name comes with Ringside", result.stderr)
        self.assertEqual(self.said("--scenario", "/dev/null").returncode, 4)

    def test_an_argument_of_dpdk_that_is_ours_to_give_is_bad_usage(self):
        result = self.said("--", "--lcores", "1@1")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("DPDK argument --lcores", result.stderr)


class Sizes(unittest.TestCase):
    def test_a_text_that_is_too_long_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("long.scn", "lab.md", "answers"):
                path = os.path.join(folder, name)
                with open(path, "wb") as out:
                    out.truncate((64 << 20) + 1)
            for words in (["run", folder + "/long.scn"], ["lab", "show", folder + "/lab.md"], ["run", "-"],
                          ["lab", "run", "1", "--no-progress", "--answers", folder + "/answers"]):
                with self.subTest(words=words), open(folder + "/long.scn", "rb") as stdin:
                    result = subprocess.run([CTL, *words], stdin=stdin, capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
                    self.assertIn(result.returncode, (2, 4), result.stderr)
                    self.assertIn("64 MiB", result.stderr)

    def test_a_line_that_is_too_long_says_so(self):
        result = ctl("run", "-", text="wire add name=w0 kind=ring\n" + "x" * 5_000_000 + "\n")
        self.assertEqual(result.returncode, 4)
        self.assertIn("line 2", result.stderr)
        self.assertIn("5000000 bytes", result.stderr)

    def test_memory_that_cannot_be_had_is_refused_with_what_can(self):
        for megabytes in ("1048576", "500000"):
            result = ctl("--memory", megabytes, "run", "first.scn", "--for", "0.1")
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertRegex(result.stderr, r"--memory " + megabytes + r" cannot be had: \d+ MB are available")
        bound = lambda: resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20))
        result = ctl("--memory", "2000", "run", "first.scn", "--for", "0.1", preexec_fn=bound)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertRegex(result.stderr, r"At most: `--memory \d+`")

    def test_too_few_open_files_are_a_sentence(self):
        for most in (8, 12, 20, 40):
            result = ctl("run", "first.scn", "--for", "0.1", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)))
            self.assertEqual(result.returncode, 3, (most, result.stderr))
            self.assertIn("ulimit -n", result.stderr)

    def test_vms_that_need_more_open_files_than_there_are_say_so(self):
        lines = "switch add name=s0\n" + "".join(f"vm add name=v{i} nic=e1000 switch=s0\n" for i in range(200))
        result = ctl("show", "probes", "-", text=lines, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)))
        self.assertEqual((result.returncode, result.stdout), (3, ""), result.stderr)
        self.assertIn("ulimit -n", result.stderr)
        self.assertIn("No line of this file was applied.", result.stderr)


class Waiting(unittest.TestCase):
    def test_a_signal_ends_the_wait_for_input(self):
        for words in (["run", "-"], ["step", "-"], ["exits", "-"], ["lab", "run", "1", "--no-progress", "--answers", "-"]):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(words=words, signal=number):
                    child = subprocess.Popen([CTL, *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
                    child.stdin.write(b"# the beginning\n")
                    child.stdin.flush()
                    while struct.unpack("i", fcntl.ioctl(child.stdin, termios.FIONREAD, b"\0" * 4))[0]:
                        time.sleep(0.01)  # once it has read this, it waits for more
                    child.send_signal(number)
                    self.assertEqual(child.wait(30), -number)
                    child.stdin.close()


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
