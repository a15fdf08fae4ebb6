#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The authors' way as a shell sees it: lab new, and lab preview that follows the text while it is saved."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from patience import patient  # noqa: E402

CTL = os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl")


@contextlib.contextmanager
def ending(process):
    """Whatever the test finds: the process ends with it, and nobody waits for ever."""
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            pipe.close()


class Authors(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.environment = {**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "NO_COLOR": "1", "XDG_DATA_HOME": os.path.join(self.folder.name, "data")}
        made = self.ctl("new", "what-a-sleep-costs", "--in", self.folder.name, "--json")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.lab = json.loads(made.stdout)["file"]

    def tearDown(self):
        self.folder.cleanup()

    def ctl(self, *words):
        return subprocess.run([CTL, "lab", *words], capture_output=True, text=True, timeout=patient(110), env=self.environment, stdin=subprocess.DEVNULL)

    def save(self, *changes, by_replacing=False):
        with open(self.lab, encoding="utf-8") as file:
            text = file.read()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        with open(self.lab + ".new" if by_replacing else self.lab, "w", encoding="utf-8") as file:
            file.write(text)
        if by_replacing:
            os.rename(self.lab + ".new", self.lab)

    def preview(self, *words):
        return subprocess.Popen([CTL, "lab", "preview", self.lab, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1, env=self.environment)

    def until(self, process, words):
        said = ""
        watchdog = threading.Timer(patient(60), process.kill)
        watchdog.start()
        try:
            for line in process.stdout:
                said += line
                if words in line:
                    return said
        finally:
            watchdog.cancel()
        self.fail(f"{words!r} was never said: {said}")

    def test_a_new_lab_is_where_it_says_and_refusals_are_usage(self):
        self.assertTrue(self.lab.endswith("/001_what_a_sleep_costs/lab.md"))
        again = self.ctl("new", "what-a-sleep-costs", "--in", self.folder.name)
        self.assertEqual(again.returncode, 2)
        self.assertIn("already", again.stderr)
        bad = self.ctl("new", "What It Costs", "--in", self.folder.name)
        self.assertEqual(bad.returncode, 2)
        self.assertIn("`ringsidectl lab new what-it-costs`", bad.stderr)
        linted = self.ctl("lint", self.lab, "--text-only")
        self.assertEqual((linted.returncode, linted.stdout), (0, "1 lab: 0 errors, 0 warnings\n"))

    def test_once_shows_all_pages_or_one(self):
        shown = self.ctl("preview", os.path.dirname(self.lab), "--once")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for words in ("── Context", "Your ring has 8 rows.", "Observe o1:", "In Rings they are marked ✓.", "rx_ring=[answer:p2]", "── Checks", "c3"):
            self.assertIn(words, shown.stdout)
        self.assertNotIn("{window:", shown.stdout)
        second = self.ctl("preview", self.lab, "--once", "--page", "2", "--variant", "2", "--json")
        pages = json.loads(second.stdout)["pages"]
        self.assertEqual([(page["kind"], page["name"]) for page in pages], [("Predict", "one sleep")])
        self.assertIn("40 packets arrive", pages[0]["text"])
        self.assertEqual(self.ctl("preview", self.lab, "--once", "--page", "99").returncode, 2)
        self.assertEqual(self.ctl("preview", self.lab, "--once", "--variant", "9").returncode, 4)
        self.assertEqual(self.ctl("preview", self.lab, "--json").returncode, 2)
        self.assertEqual(self.ctl("preview", "1").returncode, 2)
        self.save(("In Rings they", "In Ringz they"))
        self.assertRegex(self.ctl("preview", self.lab, "--once").stdout, r"lab\.md:\d+: warning: .*Ringz.*\[place\]")
        self.save(("## Explain", "## Explane"))
        wrong = self.ctl("preview", self.lab, "--once")
        self.assertEqual(wrong.returncode, 4)
        self.assertRegex(wrong.stderr, r"lab\.md:\d+: `Explane` names no step")

    def test_what_is_saved_is_shown_on_the_page_that_was_looked_at(self):
        with ending(self.preview("--page", "2")) as process:
            self.until(process, "Predict p1: How many of them will reach")
            self.save(("How many of them will reach", "How many of all will reach"))
            self.assertIn("page 2 of", self.until(process, "Predict p1: How many of all will reach"))
            # A page more before it: the same page has another number.
            self.save(("## Predict: one sleep", "## Predict: before\n\nWords.\n\n## Predict: one sleep"), by_replacing=True)
            self.assertIn("page 3 of", self.until(process, "Predict p1:"))
            # An error names its line; the last good page stands above it.
            self.save(("```do sleep", "```doo sleep"))
            said = self.until(process, "Above stands the last one that was good.")
            self.assertIn("Predict p1: How many of all will reach", said)
            self.assertRegex(said, r"The text has an error: .*lab\.md:\d+: There is no kind of block `doo`")
            self.save(("```doo sleep", "```do sleep"), ("How many of all", "How many now"))
            self.assertNotIn("error", self.until(process, "Predict p1: How many now"))
            process.stdin.write("\n")  # the next page
            self.until(process, "Do sleep:")
            process.stdin.write("p\n1\n")
            self.until(process, "── Context")
            process.stdin.write("q\n")
            self.assertEqual(process.wait(patient(60)), 0)
        self.assertFalse(os.path.exists(self.environment["XDG_DATA_HOME"]))  # a preview keeps nothing

    def test_signals_end_it_also_when_nobody_types(self):
        for ends in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with ending(self.preview()) as process:
                self.until(process, "── Context")
                process.stdin.close()
                self.save(("Your ring", "Your  ring") if ends == signal.SIGTERM else ("## Context", "## Context"))
                process.send_signal(ends)
                self.assertEqual(process.wait(patient(60)), 128 + ends)

    def test_a_pipe_in_the_texts_place_is_said_and_not_waited_for(self):
        with ending(self.preview()) as process:
            self.until(process, "── Context")
            os.unlink(self.lab)
            os.mkfifo(self.lab)
            self.assertIn("no file that can be read to its end", self.until(process, "Above stands"))
            process.send_signal(signal.SIGTERM)
            process.wait(patient(60))

    def test_each_lab_says_what_this_machine_gives_of_it(self):
        words = {"live", "modelled", "recorded", "missing"}
        listed = json.loads(self.ctl("list", "--json").stdout)["labs"]
        self.assertTrue(all(lab["here"] in words and lab["here_why"] for lab in listed))
        self.assertRegex(self.ctl("list").stdout, r"(?m)^ 1  anatomy-of-a-ring +15 min  live +Say")
        doctor = subprocess.run([CTL, "doctor", "--labs", "--json"], capture_output=True, text=True, timeout=patient(60), env=self.environment)
        labs = json.loads(doctor.stdout)["labs"]
        self.assertEqual([(lab["id"], lab["here"]) for lab in labs], [(lab["id"], lab["here"]) for lab in listed])
        self.assertEqual(labs[0], {"id": "anatomy-of-a-ring", "title": "Anatomy of a ring", "minutes": 15, "here": "live", "why": "All of it runs here."})

    def test_what_was_recorded_is_shown_under_that_word(self):
        own = os.path.join(self.folder.name, "005_own")
        shutil.copytree("labs/exercises/003_97_percent_fewer_exits", own)
        self.lab = os.path.join(own, "lab.md")
        self.save(("cores = 1,", "cores = 4096,"))  # no machine has as many
        walk = subprocess.run([CTL, "lab", "run", self.lab, "--variant", "1", "--no-progress"], input="3\n\n3\n2\n2\n\n:look\n:quit\n",
                              capture_output=True, text=True, timeout=patient(110), env=self.environment)
        self.assertEqual(walk.stdout.count("[recorded]: 8 windows of each"), 2, walk.stdout)
        self.assertIn("This was recorded on another machine. This lab needs 4096 CPUs", walk.stdout)
        self.assertNotIn("Measured:", walk.stdout)
        played = self.ctl("run", self.lab, "--variant", "1", "--solution", "--json")
        self.assertEqual(played.returncode, 77, played.stderr)
        self.assertEqual({check["verdict"] for check in json.loads(played.stdout)["checks"]}, {"skipped"})
        self.assertEqual(json.loads(played.stdout)["maximum"], 5)  # o1, o4, o6, e1 and e2: they read nothing that was measured


if __name__ == "__main__":
    unittest.main()
