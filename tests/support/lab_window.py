# SPDX-License-Identifier: BSD-3-Clause
"""A lab in the window, taken with a real mouse and keyboard: what a student does at a question and at a step."""

import itertools
import os
import re
import sqlite3
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import window  # noqa: E402


class LabWindow(unittest.TestCase):
    """One `ringside` at a time, with answers of its own; variant 1, student ada."""

    @classmethod
    def setUpClass(cls):
        window.need_tools()
        cls.display = window.Display()

    @classmethod
    def tearDownClass(cls):
        cls.display.close()

    def setUp(self):
        self.data = tempfile.TemporaryDirectory()
        self.window = None

    def tearDown(self):
        if self.window:
            self.window.close()
        self.data.cleanup()

    def open(self, *words, lab="1", **more):
        self.window = window.Window(self.display, "--lab", lab, "--variant", "1", "--student", "ada", *words, environment={"XDG_DATA_HOME": self.data.name}, **more)
        return self.window

    def rows(self, query):
        with sqlite3.connect(os.path.join(self.data.name, "ringside", "progress.db")) as db:
            return db.execute(query).fetchall()

    def stage(self, moment):
        """Where a walk is: "begin", "do one", "number o1" … The pictures of docs/images are taken at some of these."""

    def lab_says(self, text):
        self.reach(lambda w: w.shows(text, "Lab"), f"show “{text}”", 5)

    def do(self, block, seconds=120):
        """Starts a step by the keyboard, and goes to its goal by Space."""
        w = self.window
        self.find(f"Lab/start {block}")
        w.key("Return")
        self.find(f"Lab/end {block}")
        self.stage("do " + block)
        w.key("space")
        w.wait(lambda w: f"Lab/end {block}" not in w.map["targets"] and not w.state["waiting"], f"reach the goal of {block}", seconds)

    def number(self, question, value):
        w = self.window
        self.find(f"Lab/answer {question}")
        w.wait(lambda w: w.state["typing"], f"let one type into {question}")
        w.type(str(value))
        self.find(f"Lab/send {question}")
        self.stage("number " + question)
        w.key("Return")

    def choose(self, question, option):
        self.find(f"Lab/{question} {option}")
        self.window.click(f"Lab/{question} {option}")
        self.window.wait(lambda w: f"Lab/{question} chosen {option}" in w.map["targets"], f"take {option}")
        self.stage("choose " + question)

    def settled(self, question):
        self.window.wait(lambda w: not w.map["targets"].keys() & {f"Lab/answer {question}", f"Lab/measure {question}"} and not w.state["waiting"], f"settle {question}")

    def onwards(self):
        self.find("Lab/page next")
        self.window.key("Return")

    def find(self, target):
        """What comes by itself into view, as a rule; in a small window one may have to read on."""
        self.reach(lambda w: target in w.map["targets"], "show " + target, 2)

    def see(self, target):
        """Reads on until it is there."""
        self.reach(lambda w: target in w.map["targets"], "show " + target)

    def reach(self, condition, what, seconds=0):
        """Waits so long, then reads on by Page Down, and back, until the condition holds."""
        w = self.window
        end = time.monotonic() + window.patient(seconds)
        while w.read() is not None and not condition(w) and time.monotonic() < end:
            time.sleep(0.01)
        # Again and again: on a busy machine the page may change behind the place that was looked at.
        begun = time.monotonic()
        for key in itertools.cycle(5 * ["Page_Down"] + 5 * ["Page_Up"]):
            w.read()
            if condition(w):
                return
            if time.monotonic() > begun + window.patient(60):
                break
            before = w.map
            w.key(key)
            end = time.monotonic() + window.patient(1)  # at an end nothing moves any more
            while w.read() is before and time.monotonic() < end:
                time.sleep(0.02)
            w.settle("Lab/")
        w.wait(condition, what, 1)

    def scroll_to(self, target):
        """By the wheel, from the page's beginning on."""
        w = self.window
        w.wheel("place:Lab", -40)
        for _ in range(30):
            w.settle("Lab/")
            if target in w.map["targets"]:
                return
            w.wheel("place:Lab", 2)
        self.fail(f"{target} is nowhere on the page")

    def sentence(self, question, text, model):
        """One's own sentence, and what one ticks of it beside the model answer."""
        w = self.window
        self.see(f"Lab/answer {question}")
        w.wait(lambda w: w.state["typing"], "let one write a sentence")
        w.type(text)
        w.key("Return")
        self.lab_says(model)
        for number in (1, 2):
            self.see(f"Lab/tick {question} {number}")
            w.click(f"Lab/tick {question} {number}")
        self.see("Lab/page next")

    def measured(self, block):
        """Starts a step that measures, by the keyboard, and waits until its chart is there."""
        w = self.window
        self.see(f"Lab/start {block}")
        w.key("Return")
        w.wait(lambda w: f"Lab/chart {block}" in w.map["targets"] and not w.state["waiting"], f"measure {block}", 120)
        self.window.wait(lambda w: "Lab/page next" in w.map["targets"] or any(t.startswith(("Lab/answer ", "Lab/measure ")) for t in w.map["targets"]), "go on behind " + block)
        self.stage("measured " + block)

    def on_the_chart(self, title, caption, row):
        """The number that stands in the row of this name, below this caption of the chart with this title, in the panel Measured."""
        w = self.window

        def found(w):
            texts = [text for text in w.map["texts"] if text["in"] == "Measured"]
            titles = [text["at"] for text in texts if text["text"] == title]
            heads = [text["at"] for text in texts if text["text"] == caption and titles and text["at"][0] >= titles[0][0] and text["at"][1] >= titles[0][1]]
            if not heads:
                return None
            x, y = min(heads, key=lambda at: at[0])[:2]
            names = sorted((text["at"] for text in texts if text["text"] == row and text["at"][1] > y and 0 <= text["at"][0] - x < 200), key=lambda at: (at[1], at[0]))
            if not names:
                return None
            name = names[0]
            beside = sorted((text["at"][0], text["text"]) for text in texts if text["at"][0] > name[0] and abs(window.middle(text["at"])[1] - window.middle(name)[1]) < 8)
            return next((number for _, text in beside if (number := re.sub(r"[^\d.]", "", text))), None)
        return w.wait(found, f"show {row} of {caption}")

    def read_off(self, question, title, caption, row):
        """Types what the chart says; where it says nothing, says that."""
        if not self.said_unclear(question):
            self.number(question, self.on_the_chart(title, caption, row))
        self.settled(question)

    def said_unclear(self, question):
        """True = what was measured says nothing, and that was the answer."""
        w = self.window
        asked = w.wait(lambda w: w.map["targets"].keys() & {f"Lab/answer {question}", f"Lab/measure {question}"}, f"ask {question}")
        if f"Lab/answer {question}" in asked:
            return False
        self.see(f"Lab/unclear {question}")
        w.click(f"Lab/unclear {question}")
        return True

    def checks_told(self):
        """By check: its verdict, of all that this page tells, and the page's words. From its beginning to its end."""
        w = self.window
        told, words = {}, []
        self.turn(-60)
        while True:
            w.settle("Lab/")
            for target in w.map["targets"]:
                if target.startswith("Lab/check "):
                    check, verdict = target.split()[1:]
                    told[check] = verdict
            words += [text for text in w.texts("Lab") if text not in words]
            if not self.turn(2):
                return told, " ".join(words)

    def turn(self, clicks):
        """The page's wheel; False = it was at its end already."""
        w = self.window
        before = self.of_the_page()
        w.wheel("place:Lab", clicks)
        end = time.monotonic() + window.patient(2)
        while self.of_the_page() == before:
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def of_the_page(self):
        return [(text["text"], text["at"]) for text in self.window.read()["texts"] if text["in"] == "Lab"]
