#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ringsidectl lab as a shell and a student at a terminal see it: exit codes, JSON, a walk by hand, a place that is kept."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from patience import patient  # noqa: E402

CTL = os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl")
LAB = "anatomy-of-a-ring"


class Labs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.environment = {**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "NO_COLOR": "1", "XDG_DATA_HOME": self.folder.name}

    def tearDown(self):
        self.folder.cleanup()

    def ctl(self, *words, text=None, limit=110):
        return subprocess.run([CTL, "lab", *words], input=text, capture_output=True, text=True, timeout=patient(limit), env=self.environment)

    def test_lists_shows_and_names_what_is_unknown(self):
        self.assertEqual([lab["id"] for lab in json.loads(self.ctl("list", "--json").stdout)["labs"]][:1], [LAB])
        self.assertEqual(json.loads(self.ctl("show", "1", "--json").stdout)["title"], "Anatomy of a ring")
        result = self.ctl("run", "no-such-lab")
        self.assertEqual(result.returncode, 4)
        self.assertIn("ringsidectl lab list", result.stderr)
        self.assertEqual(self.ctl("run", LAB, "--variant", "9").returncode, 2)
        self.assertEqual(self.ctl("run", LAB, "--json").returncode, 2)

    def test_builds_and_runs_from_what_was_built(self):
        compiled = os.path.join(self.folder.name, "labs.db")
        self.assertEqual(self.ctl("build", "--to", compiled).returncode, 0)
        rows = sqlite3.connect(compiled).execute("SELECT value FROM lab_check WHERE id = 'c3' ORDER BY variant").fetchall()
        self.assertEqual([row[0] for row in rows], ["13", "25", "37", "49"])
        self.assertEqual(json.loads(self.ctl("show", compiled + ":" + LAB, "--json").stdout)["id"], LAB)

    def test_lint_of_a_wrong_file_names_the_line(self):
        with open(os.path.join(os.getcwd(), "labs/exercises/001_anatomy_of_a_ring/lab.md"), encoding="utf-8") as lab:
            text = lab.read()
        path = os.path.join(self.folder.name, "lab.md")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text.replace("```hints o4", "```hints o44"))
        result = self.ctl("lint", path, "--text-only")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"lab\.md:\d+: the hints `o44`")

    def test_plays_solution_and_wrong_attempt(self):
        result = self.ctl("run", LAB, "--solution", "--variant", "1", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        checks = json.loads(result.stdout)["checks"]
        self.assertEqual([check["verdict"] for check in checks], ["pass"] * 5)
        result = self.ctl("run", LAB, "--wrong", "ring-too-small", "--variant", "2")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("more packets arrive than your ring has free rows", result.stdout)
        self.assertEqual(os.listdir(self.folder.name), [])  # played for a look: nothing is kept

    def test_a_walk_by_hand_that_is_left_goes_on_at_its_place(self):
        first = self.ctl("run", LAB, "--variant", "1", text="device\n\n\n:hint\n4\n3\n")
        self.assertIn("RDH, the head, is the row where the device works next.", first.stdout)
        self.assertIn("Locked.", first.stdout)
        self.assertIn("Not what the machine shows.", first.stdout)
        self.assertIn("Right.", first.stdout)
        self.assertIn("RDH = 3", first.stdout)
        second = self.ctl("run", LAB, "--variant", "1", text=":hint\n7\n5\n8\n3\n\n7\n13\n20\n:do sleep\n:quit\n")
        self.assertIn("It goes on where you stopped.", second.stdout)
        self.assertIn("You own a row when it is your turn", second.stdout)
        self.assertNotIn("Predict p1", second.stdout)
        self.assertNotIn("RDH, the head", second.stdout)
        third = self.ctl("run", LAB, "--variant", "1", text=":check\n")
        self.assertIn("c3  pass", third.stdout)

    def test_a_page_that_was_read_is_shown_again(self):
        self.ctl("run", LAB, "--variant", "1", text="device\n\n\n3\n")
        there = self.ctl("run", LAB, "--variant", "1", text=":back\n:back\n:back\n:back\n:back\n:quit\n").stdout
        self.assertIn("You said: The device.", there)
        self.assertIn("send to=web count=1 size=60", there)
        self.assertIn("RDH, the head, is the row where the device works next.", there)
        self.assertIn("This is the lab's beginning.", there)
        self.assertNotIn("*", there)  # what the window writes in another style
        self.assertLess(there.index("send to=web count=1 size=60"), there.index("You said: The device."))

    def test_kill_in_the_middle_keeps_what_was_said(self):
        with subprocess.Popen([CTL, "lab", "run", LAB, "--variant", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environment) as process:
            process.stdin.write("nobody\n")
            process.stdin.flush()
            for line in process.stdout:
                if "Locked." in line:
                    process.send_signal(signal.SIGKILL)
                    break
        rows = sqlite3.connect(os.path.join(self.folder.name, "ringside", "progress.db")).execute("SELECT question, value, belief FROM answer").fetchall()
        self.assertEqual(rows, [("p1", "nobody", "card-stores")])


if __name__ == "__main__":
    unittest.main()
