#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Labs 1 to 4 whole, at a pseudo-terminal, as a student takes them: each comes to its last page, and no check fails. The transcripts of
docs/labs are what the program says."""

import os
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from lab_terminal import LabTerminal, fixed, take, verdicts  # noqa: E402


class Walks(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def whole(self, lab, checks, timed, beliefs):
        text = take(lab, self.folder.name)
        found = verdicts(text)
        self.assertEqual(sorted(found), sorted(checks))
        for check, (verdict, why) in found.items():
            if check in timed and verdict != "pass":  # others had the CPU: it says so, and fails nobody
                self.assertIn(verdict, timed[check], text[-3000:])
                self.assertTrue(why, text[-3000:])
            else:
                self.assertEqual(verdict, "pass", f"{check}:\n{text[-3000:]}")
        with sqlite3.connect(os.path.join(self.folder.name, "ringside", "progress.db")) as db:
            held = {belief for (belief,) in db.execute("SELECT belief FROM answer WHERE belief IS NOT NULL")}
        self.assertEqual(held, beliefs)
        self.assertEqual(text.count("\nYou thought: "), len(beliefs))  # each is said to be known better now
        self.assertIn("Your answers are kept.", text)
        with open(os.path.join("docs", "labs", f"{int(lab):03}_transcript.txt"), encoding="utf-8") as file:
            self.assertEqual(fixed(file.read()), fixed(text), f"python3 docs/labs/transcribe.py {lab}")
        return text

    def test_lab_1(self):
        text = self.whole("1", ["c1", "c2", "c3", "c4", "c5"], {}, {"card-stores", "ring-of-n-holds-n"})
        self.assertIn("c4  fail", text)  # the first try, with too small a ring
        self.assertIn("`next` goes on.", text)

    def test_lab_2(self):
        text = self.whole("2", ["c1", "c2", "c3", "c4", "c5"], {}, {"each-write-leaves", "one-packet-one-exit", "receiving-is-free"})
        # What Steps leaves out are not the exits, which one is asked to count there.
        for exit_of_web in ("   409  EXIT  web/0 ", "   451  EXIT  web/0 ", "   544  EXIT  web/0 "):
            self.assertIn("\n" + exit_of_web, text)
        self.assertIn("You read 24. The machine shows another number. It stands in Counters.", text)

    def test_lab_3(self):
        maybe = dict.fromkeys(("c2", "c3", "c5", "c6", "c7"), ("inconclusive",))
        text = self.whole("3", ["c1", "c2", "c3", "c4", "c5", "c6", "c7"], maybe, {"proportional", "threshold-is-percent"})
        self.assertIn("Then it measures by itself, in turn: E1000, VMXNET3, E1000, VMXNET3. About 3 s.", text)
        self.assertNotIn("@e1000", text)  # a figure is called what its chart calls it
        if "\nNot clear. " in text:
            self.assertIn("` measures again. `not clear` is an answer, too", text)
        # Each exit of the first step is there: 3 doorbells, at 4, 8 and 12 packets.
        for doorbell in (4, 8, 12):
            self.assertRegex(text, rf"EXIT  web/0 +write TXPROD ← {doorbell} ")

    def test_lab_4(self):
        # c3 is judged where the machine is no VM itself.
        maybe = {"c1": ("inconclusive",), "c2": ("inconclusive",), "c3": ("inconclusive", "skipped"), "c4": ("inconclusive",)}
        kvm = os.access("/dev/kvm", os.R_OK | os.W_OK)
        beliefs = {"price-is-everything"} | ({"book-number-is-mine", "an-exit-is-an-exit"} if kvm else set())
        text = self.whole("4", ["c1", "c2", "c3", "c4"], maybe, beliefs)
        if kvm:
            self.assertIn("You read 1. The machine shows another number. It stands in Prices.", text)

    def test_what_fills_the_screen_is_followed_by_the_question(self):
        terminal = LabTerminal("1", "--variant", "1", "--student", "ada", environment={"RINGSIDE_ASSETS": os.path.abspath("assets"), "XDG_DATA_HOME": self.folder.name})
        self.addCleanup(terminal.close)
        for line in ("1", "", ""):
            terminal.type(line)
        self.assertEqual(terminal.asked(), "o1")
        for line in (":look", ":back", ":check", ":do one"):
            self.assertRegex(terminal.type(line), r"\nObserve o1: [^\n]*(\n[^\n]+)*\n> $", line)
        self.assertNotIn("Observe o1", terminal.type(":hint"))


if __name__ == "__main__":
    unittest.main()
