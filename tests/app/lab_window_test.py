#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Lab 1 in the window, from start to end, with a real mouse and keyboard: right answers and wrong ones, a kill -9 on the way, and a
progress file that cannot be used."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.getcwd(), "tests", "support"))
import lab_window  # noqa: E402
import window  # noqa: E402

# Variant 1: a ring of 8 rows, 20 packets, 35 µs of sleep.
SENT, LOST, USABLE, SHORT, FIT = 20, 13, 7, 32, 40


class Lab(lab_window.LabWindow):
    def test_from_start_to_end(self):
        w = self.open()
        # Predict. Run is locked until then, by key and by button.
        w.wait(lambda w: "Lab/p1 nobody" in w.map["targets"] and w.state["state"] == "paused", "ask p1, the machine at its beginning")
        w.key("space")
        w.wait_text("First lock your prediction", "last line")
        self.assertEqual(w.state["steps"], 0)
        self.choose("p1", "nobody")
        w.key("1")
        w.wait(lambda w: "Lab/p1 chosen device" in w.map["targets"], "take the first option")
        w.click("Lab/Fairly")
        w.wait(lambda w: "Lab/p1 sure 2" in w.map["targets"], "take how sure one is")
        w.key("Return")
        # Do: one access a press, until the packet is over.
        w.wait(lambda w: "Lab/start one" in w.map["targets"], "offer the first step")
        w.key("Right")  # the key that the text names starts it, too
        w.wait(lambda w: "Lab/end one" in w.map["targets"], "arm its goal")
        before = w.state["steps"]
        presses = 0
        while "Lab/end one" in w.read()["targets"] and presses < 60:
            steps, presses = w.state["steps"], presses + 1
            w.key("Right")
            w.wait(lambda w: w.state["steps"] > steps or "Lab/end one" not in w.map["targets"], "step")
        self.assertGreater(w.state["steps"], before + 4)
        w.wait(lambda w: "Lab/start two-more" in w.map["targets"], "offer the second step")
        self.do("two-more")
        self.onwards()
        # Observe: wrong, then right; a hint; and a place that is clicked where it is.
        self.number("o1", 5)
        self.lab_says("You read 5.")
        self.lab_says("It stands in Rings, web.nic0.rx.")
        w.click("Lab/answer o1")
        w.wait(lambda w: w.state["typing"], "let one type again")
        w.type("three")
        w.wait(lambda w: "Lab/send o1" in w.map["targets"], "take a word")
        w.key("Return")
        self.lab_says("is no answer to this.")
        w.wait(lambda w: w.state["typing"], "keep the keyboard where it is written")
        self.number("o1", 3)
        self.settled("o1")
        w.click("Lab/hint o2")
        self.lab_says("You own a row when it is your turn")
        w.click("Lab/answer o2")
        self.number("o2", USABLE)
        w.wait(lambda w: "Lab/o3 ring row" in w.map["targets"], "ask o3")
        self.choose("o3", "ring row")
        w.click("Lab/send o3")
        self.lab_says("Not what the machine shows.")
        w.click("place:vm")
        self.lab_says("It was: The device.")  # the prediction beside what came
        self.onwards()
        # The second round, to the middle of it; then the power fails.
        self.number("p2", 8)
        w.wait(lambda w: "Lab/p3 nothing" in w.map["targets"], "ask p3")
        w.key("Up")
        w.wait(lambda w: "Lab/p3 chosen later" in w.map["targets"], "walk to the last option")
        self.choose("p3", "nothing")
        w.key("Return")
        self.do("sleep")
        self.onwards()
        self.number("o4", USABLE)
        self.settled("o4")
        w.stop(signal.SIGKILL)
        w = self.open()
        self.number("o5", LOST)
        self.number("o6", SENT)
        self.do("wake")
        self.number("o7", 0)
        self.onwards()
        # Explain: a reply to the wrong option, the model answer to one's own sentence.
        self.choose("e1", "control")
        w.key("Return")
        self.lab_says("All rows have the same form")
        self.choose("e1", "one-meaning")
        w.key("Return")
        self.lab_says("Head and tail are all that the two sides share")
        w.wait(lambda w: w.state["typing"], "let one write a sentence")
        w.type("The device had no free row and dropped them.")
        w.key("Return")
        self.lab_says(f"the device dropped {LOST} packets")
        w.click("Lab/tick e2 1")
        w.click("Lab/tick e2 2")
        w.drag("Lab/scroll bar", 0, 60)
        self.lab_says("PAUSE frames")
        w.wheel("place:Lab", 30)
        w.settle("Lab/page next")  # it is in view as soon as it is what comes next
        w.click("Lab/page next")
        # Transfer: too small, then right.
        self.number("p4", SHORT)
        self.do("sleepy")  # 10,000 packets, one access at a time
        w.wait(lambda w: "Lab/check c4 fail" in w.map["targets"], "fail c4")
        self.lab_says("During one sleep more packets arrive than your ring has free rows.")
        w.click("Lab/line sleepy 1")
        w.wait(lambda w: w.state["typing"], "let one change the line")
        w.hold("ctrl", "a")
        w.type(f"vm set name=web rx_ring={FIT} poll_every=35us")
        w.key("Return")
        w.wait(lambda w: "Lab/end sleepy" in w.map["targets"], "run again")
        w.click("Lab/end sleepy")
        w.wait(lambda w: "Lab/check c5 pass" in w.map["targets"], "pass c5", 120)
        w.wheel("place:Lab", 30)
        for check in ("c1", "c2", "c3", "c4", "c5"):
            w.wait(lambda w, check=check: f"Lab/check {check} pass" in w.map["targets"], f"pass {check}", 120)
        self.onwards()
        self.lab_says("Say at any moment who owns a descriptor")
        self.lab_says("Questions 8.67 of 9 points")
        # What was said is what is kept.
        answers = {question: value for question, value in self.rows("SELECT question, value FROM answer ORDER BY id")}
        self.assertEqual(answers, {"p1": "device", "o1": "3", "o2": "7", "o3": "guest memory", "p2": "8", "p3": "nothing", "o4": "7", "o5": "13", "o6": "20", "o7": "0",
                                   "e1": "one-meaning", "e2": "The device had no free row and dropped them.", "p4": "32"})
        self.assertEqual(self.rows("SELECT value FROM answer WHERE question = 'o1' ORDER BY id"), [("5",), ("3",)])
        self.assertEqual(self.rows("SELECT belief, sure FROM answer WHERE question IN ('p1', 'p2') ORDER BY id"), [(None, 2), ("ring-of-n-holds-n", None)])
        w.click("Lab/hand in")
        self.lab_says("Give this file to your teacher")
        handed = os.path.join(self.data.name, "ringside", "ada-anatomy-of-a-ring.rsub")
        with sqlite3.connect(f"file:{handed}?mode=ro", uri=True) as db:
            self.assertEqual(db.execute("SELECT question, value FROM answer ORDER BY id").fetchall(), self.rows("SELECT question, value FROM answer ORDER BY id"))

    def test_by_keyboard_alone(self):
        for size in ("1024x768", "1280x720"):
            with self.subTest(size=size):
                self.whole_lab_by_keyboard(size)
                self.data.cleanup()
                self.data = tempfile.TemporaryDirectory()

    def whole_lab_by_keyboard(self, size):
        w = self.open(size=size)
        w.tool("mousemove", 0, 0)
        w.wait(lambda w: w.state["state"] == "paused" and w.shows("A network card", "Lab"), "open the lab at its first line")
        self.see("Lab/p1 nobody")
        w.key("Down", "Down", "Down", "Down")  # a wrong guess
        w.wait(lambda w: "Lab/p1 chosen nobody" in w.map["targets"], "walk to the last option")
        w.key("Tab", "Tab", "Return")
        w.wait(lambda w: "Lab/p1 sure 2" in w.map["targets"], "take how sure one is")
        w.key("Tab", "Tab", "Return")
        w.wait(lambda w: "Lab/p1 nobody" not in w.map["targets"], "lock the prediction")
        self.see("Lab/start one")
        self.do("one")
        self.do("two-more")
        self.onwards()
        self.see("Lab/answer o1")
        self.number("o1", 5)
        self.lab_says("You read 5.")
        self.number("o1", 3)
        self.settled("o1")
        self.number("o2", USABLE)
        self.see("Lab/o3 ring row")
        w.key("5")  # the number that stands beside it
        w.wait(lambda w: "Lab/o3 chosen guest memory" in w.map["targets"], "take a place by its number")
        w.key("Return")
        self.onwards()
        self.see("Lab/answer p2")
        self.number("p2", 8)
        self.see("Lab/p3 nothing")
        w.key("1")
        w.wait(lambda w: "Lab/p3 chosen nothing" in w.map["targets"], "take the first option")
        w.key("Return")
        self.see("Lab/start sleep")
        self.do("sleep")
        self.onwards()
        for question, value in (("o4", USABLE), ("o5", LOST), ("o6", SENT)):

            self.number(question, value)
            self.settled(question)

        self.do("wake")

        self.number("o7", 0)
        self.onwards()
        self.see("Lab/e1 one-meaning")
        w.key("1")
        w.wait(lambda w: "Lab/e1 chosen one-meaning" in w.map["targets"], "take the first explanation")
        w.key("Return")
        self.see("Lab/answer e2")
        w.wait(lambda w: w.state["typing"], "let one write a sentence")
        w.type("No free row, so it dropped them.")
        w.key("Return")
        self.lab_says(f"the device dropped {LOST} packets")
        self.see("Lab/page next")
        self.onwards()

        self.number("p4", FIT)

        self.do("sleepy")
        self.see("Lab/page next")
        self.onwards()
        self.lab_says("Say at any moment who owns a descriptor")
        w.key("F1")
        w.wait_state(help="Lab")
        w.key("F1")
        w.wait_state(help="")
        w.key("ctrl+q")
        self.assertEqual(w.process.wait(timeout=window.patient(60)), 0)
        answers = {question: value for question, value in self.rows("SELECT question, value FROM answer ORDER BY id")}
        self.assertEqual(answers, {"p1": "nobody", "o1": "3", "o2": "7", "o3": "guest memory", "p2": "8", "p3": "nothing", "o4": "7", "o5": "13", "o6": "20", "o7": "0",
                                   "e1": "one-meaning", "e2": "No free row, so it dropped them.", "p4": "40"})
        w.close()
        self.window = None

    def test_a_lab_that_was_left_goes_on_with_one_press(self):
        w = self.open()
        self.choose("p1", "nobody")
        w.key("Return")
        w.wait(lambda w: "Lab/start one" in w.map["targets"], "offer the first step")
        w.close()
        self.window = w = window.Window(self.display, "--student", "ada", "--layout", "learn", environment={"XDG_DATA_HOME": self.data.name})
        w.wait(lambda w: "Lab/go on" in w.map["targets"], "offer what was begun")
        self.lab_says("Do: one packet · 1 of 18 done")
        w.key("Return")
        w.wait(lambda w: "Lab/start one" in w.map["targets"], "be where it was left")
        # Esc leaves the answer with what was written, and Tab goes on from there.
        self.do("one")
        self.do("two-more")
        self.onwards()
        w.wait(lambda w: w.state["typing"], "let one type")
        w.type("3")
        w.key("Escape")
        w.wait(lambda w: not w.state["typing"], "leave the field")
        self.assertEqual(w.state["focus"], "Lab")
        w.key("Tab", "Return")
        self.settled("o1")
        self.assertEqual(self.rows("SELECT value FROM answer WHERE question = 'o1'"), [("3",)])

    def test_a_lab_that_does_not_exist_is_said_before_a_window_opens(self):
        result = subprocess.run([window.Window.program(), "--lab", "no-such-lab"], capture_output=True, text=True, timeout=window.patient(60),
                                env={**os.environ, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "DISPLAY": ""})
        self.assertEqual(result.returncode, 4)
        self.assertIn("ringsidectl lab list", result.stderr)

    def test_a_damaged_progress_file_is_said_and_kept(self):
        folder = os.path.join(self.data.name, "ringside")
        os.makedirs(folder)
        path = os.path.join(folder, "progress.db")
        noise = b"somebody's notes, no database at all\n" * 400
        with open(path, "wb") as file:
            file.write(noise)
        w = self.open()
        self.lab_says("Your answers cannot be kept")
        self.lab_says("The progress file is damaged")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), noise)
        w.click("Lab/progress anew")
        w.wait(lambda w: "Lab/p1 device" in w.map["targets"], "begin the lab")
        with open(path + ".damaged-1", "rb") as file:
            self.assertEqual(file.read(), noise)

    def test_a_progress_file_of_a_newer_ringside_is_said_and_kept(self):
        folder = os.path.join(self.data.name, "ringside")
        os.makedirs(folder)
        path = os.path.join(folder, "progress.db")
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA user_version = 9")
        with open(path, "rb") as file:
            before = file.read()
        w = self.open()
        self.lab_says("written by a newer Ringside (schema 9")
        self.assertNotIn("Lab/progress anew", w.read()["targets"])  # only damage is replaced
        w.key("Tab", "Return")  # by the keyboard: go on without keeping answers
        w.wait(lambda w: "Lab/p1 device" in w.map["targets"], "begin the lab")
        self.lab_says("Answers are not kept")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)


if __name__ == "__main__":
    unittest.main()
