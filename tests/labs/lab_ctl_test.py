#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ringsidectl lab as a shell and a student at a terminal see it: exit codes, JSON, a walk by hand, a place that is kept."""

import contextlib
import json
import os
import pty
import re
import shutil
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
        rows = sqlite3.connect(compiled).execute("SELECT value FROM lab_check WHERE id = 'c3' AND lab = ? ORDER BY variant", [LAB]).fetchall()
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
        self.assertIn("The machine shows another number.", first.stdout)
        self.assertIn("Right.", first.stdout)
        self.assertIn("RDH = 3", first.stdout)
        second = self.ctl("run", LAB, "--variant", "1", text=":hint\n7\n5\n8\n3\n\n7\n13\n20\n:do sleep\n:quit\n")
        self.assertIn("It goes on where you stopped.", second.stdout)
        self.assertIn("You own a row when it is your turn", second.stdout)
        self.assertNotIn("Predict p1", second.stdout)
        self.assertNotIn("RDH, the head", second.stdout)
        third = self.ctl("run", LAB, "--variant", "1", text=":check\n")
        self.assertIn("c3  pass", third.stdout)

    def test_labs_come_from_the_database_and_from_no_text(self):
        home = os.path.join(self.folder.name, "home")
        for name in ("bin", "labs"):
            os.makedirs(os.path.join(home, name))
        shutil.copy(CTL, os.path.join(home, "bin"))
        shutil.copy(os.path.join(os.path.dirname(CTL), "..", "labs", "labs.db"), os.path.join(home, "labs"))
        shutil.copy("labs/progress.sql", os.path.join(home, "labs"))
        for name in os.listdir("labs"):
            if name.endswith(".sql"):
                shutil.copy(os.path.join("labs", name), os.path.join(home, "labs"))
        shutil.copytree("assets", os.path.join(home, "assets"))
        moved = os.path.join(home, "bin", "ringsidectl")
        environment = {key: value for key, value in self.environment.items() if key != "RINGSIDE_ASSETS"}

        def ctl(*words):
            return subprocess.run([moved, "lab", *words], capture_output=True, text=True, timeout=600, env=environment, cwd=home)

        labs = json.loads(ctl("list", "--json").stdout)["labs"]
        self.assertEqual([lab["number"] for lab in labs][:1], [1])
        self.assertEqual(labs[0]["block"], "Rings and exits")
        for name in ("1", labs[0]["id"], "001_anatomy_of_a_ring"):
            self.assertIn(labs[0]["title"], ctl("show", name).stdout)
        self.assertIn("anatomy", ctl("list", "Descriptor", "tail").stdout)
        self.assertIn("No lab has these words", ctl("list", "xyzzy").stdout)
        self.assertEqual(ctl("list", *(500 * ["tail"])).returncode, 2)
        played = ctl("run", "1", "--solution", "--variant", "1", "--no-progress")
        self.assertEqual(played.returncode, 0, played.stderr)
        for odd in ("1' OR '1'='1", "0", "99999999999999999999", "", "../exercises", "%"):
            self.assertEqual(ctl("run", odd, "--solution").returncode, 4, odd)
        os.unlink(os.path.join(home, "labs", "labs.db"))
        gone = ctl("list")
        self.assertEqual(gone.returncode, 3)
        self.assertIn("labs.db", gone.stderr)
        self.assertEqual(ctl("run", "1", "--solution").returncode, 3)

    def test_what_a_teacher_asks_the_tables(self):
        self.ctl("run", LAB, "--variant", "1", text="nobody sure=3\n\n\n3\n7\n5\n20 sure=1\n")
        shown = subprocess.run([CTL, "lab", "show", "--sql"], capture_output=True, text=True, timeout=60, env=self.environment).stdout
        labs = os.path.join(os.path.dirname(CTL), "..", "labs", "labs.db")
        with contextlib.closing(sqlite3.connect(f"file:{labs}?mode=ro", uri=True)) as db:
            for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
                self.assertIn(f"CREATE TABLE {table} ", shown)
            (version,) = db.execute("PRAGMA user_version").fetchone()
            self.assertEqual(version, 3)
            progress = [os.path.join(place, name) for place, _, names in os.walk(self.folder.name) for name in names if name == "progress.db"]
            db.execute("ATTACH ? AS progress", progress)
            with open("docs/labs_database.md", encoding="utf-8") as page:
                questions = re.findall(r"```sql\n(.*?)```", page.read(), re.S)
            self.assertEqual(len(questions), 3)
            fits, beliefs, shown_by = (db.execute(question).fetchall() for question in questions)
        self.assertEqual(fits[0][0], 1)
        self.assertIn(("anatomy-of-a-ring", "card-stores", "p1"), [(row[0], row[1], row[3]) for row in beliefs])
        self.assertEqual([(row[1], row[2]) for row in shown_by if row[0].startswith("The device keeps")], [(2, 2.0)])

    def test_a_page_that_was_read_is_shown_again(self):
        self.ctl("run", LAB, "--variant", "1", text="device\n\n\n3\n")
        there = self.ctl("run", LAB, "--variant", "1", text=":back\n:back\n:back\n:back\n:back\n:quit\n").stdout
        self.assertIn("You said: The device.", there)
        self.assertIn("send to=web count=1 size=60", there)
        self.assertIn("RDH, the head, is the row where the device works next.", there)
        self.assertIn("This is the lab's beginning.", there)
        self.assertNotIn("*", there)  # what the window writes in another style
        self.assertLess(there.index("send to=web count=1 size=60"), there.index("You said: The device."))

    def test_the_terminal_speaks_of_itself(self):
        solution = "1\n\n\n3\n7\n5\n7\n1\n\n7\n13\n20\n\n0\n1\nNo row was free.\n1\n"
        first = self.ctl("run", LAB, "--variant", "1", text=solution).stdout
        second = self.ctl("run", "2", "--variant", "1", text="1\n\n1\n1\n24\n\n25\n3\n\n28\n\n5\n\n5\n1\n1\n").stdout
        self.assertIn("Predict p4", first)
        # What the text sends one to is there: the ring that the driver writes to, and the register.
        self.assertNotIn("web.nic0.tx, ", first)
        self.assertIn("web.nic0.tx, 64 rows, TDH = 1, TDT = 1", second)
        self.assertIn("Explain e2", second)
        for said in (first, second):
            for foreign in ("{window:", "{terminal:", "{key:", "on the terminal", "Click", "panel", "the window", "One press", "Topology"):
                self.assertNotIn(foreign, said)

    def test_the_labs_own_lines_say_what_they_take(self):
        early = self.ctl("run", LAB, "--variant", "2", text=":check\n").stdout
        self.assertIn("4 more are said when their questions are answered.", early)
        self.assertNotIn("c2  fail", early)
        said = self.ctl("run", LAB, "--variant", "1", text=":hint\n:hint o4\n1\n:hint\n:explain\n:explain c1\n:do\n:reset now\n:look\n\n:look\n:do one\n").stdout
        self.assertNotIn("There is no command", said)
        self.assertIn("There are no hints for p1", said)
        self.assertIn("You have not come to o4 yet.", said)
        self.assertIn("There are no hints for one", said)
        self.assertIn("`:explain ID SENTENCE` is for a check that was inconclusive three times.", said)
        self.assertIn("No check asks for one now.", said)
        self.assertIn("`:do ID` runs a step again.", said)
        self.assertIn("`:reset` puts the machine", said)
        self.assertIn("No step was run yet.", said)
        self.assertEqual(said.count("Counters  "), 3)
        # A typing error among the machine's own commands is still the machine's to answer.
        self.assertIn('There is no command "explode"', self.ctl("run", LAB, "--variant", "1", text=":explode\n").stdout)

    def test_who_failed_is_not_told_the_answer_and_may_try_again(self):
        walk = "1\n\n\n3\n7\n5\n7\n1\n\n7\n13\n20\n\n0\n1\nNo row was free.\n1\n"
        said = self.ctl("run", LAB, "--variant", "1", text=walk + "36\n\n1 vm set name=web rx_ring=64 poll_every=35us\n\nnext\n:do sleepy\n1 vm set name=web rx_ring=40 poll_every=35us\n\nnext\n").stdout
        self.assertIn("rx_ring=36 is not possible", said)
        self.assertIn("c5  fail", said)
        self.assertIn("observed 64", said)
        self.assertIn("c5  pass", said)
        tried = said[said.index("rx_ring=36 is not possible") : said.index("observed 64")]
        for told in ("rx_ring=40", "expected 40", "Nearest"):
            self.assertNotIn(told, tried)
        self.assertIn("Your answers are kept.", said)

    def test_a_wrong_answer_is_answered_once_and_offers_hints_only_where_there_are_some(self):
        said = self.ctl("run", LAB, "--variant", "1", text="many\n1\n\n\n4\n3\n6\n:hint\n7\n2\n5\n8\n4\n\n8\n:look\n7\n13\n20\n\n13\n0\n2\n").stdout
        self.assertIn("Expected a number from 1 to 4.", said)
        self.assertEqual(said.count("You read 4. The machine shows another number. It stands in Rings."), 1)
        self.assertNotIn("or type :hint", said)
        self.assertEqual(said.count("`:hint` helps."), 2)  # for o2 and o4
        self.assertIn("You read 13. The machine shows another number, counted since this step began. It stands in Counters.", said)
        self.assertIn("Not this.\nAll rows have the same form", said)

    def test_what_was_left_is_offered_first(self):
        self.assertNotIn("Go on where you stopped", self.ctl("list").stdout)
        self.assertEqual(os.listdir(self.folder.name), [])  # a list makes no file
        self.assertEqual(self.ctl("run").returncode, 2)  # nothing was left
        self.ctl("run", "2", "--variant", "1", text="1\n")
        self.ctl("run", LAB, "--variant", "1", text="1\n\n\n4\n")
        listed = self.ctl("list").stdout.splitlines()
        self.assertEqual(listed[0], "Go on where you stopped: Anatomy of a ring, 4 of 18 done, at Observe: one packet")
        self.assertEqual(listed[1], "  ringsidectl lab run")
        self.assertIn("1 of ", "\n".join(listed[3:]))
        as_json = json.loads(self.ctl("list", "--json").stdout)
        self.assertEqual(as_json["go_on"], LAB)
        self.assertEqual([lab["step"] for lab in as_json["labs"]][:2], ["Observe: one packet", "Do: one packet"])
        self.assertNotIn("go_on", json.loads(self.ctl("list", "--json", "--student", "somebody else").stdout))
        there = self.ctl("run", text=":look\n:quit\n").stdout
        self.assertIn("web.nic0.rx, 8 rows, RDH = 3", there)  # the machine is brought to where it stood
        self.assertIn("It goes on where you stopped.", there)
        self.assertIn("Observe o1", there)
        # A wrong answer is asked again: the lab is not over. One that is over is not offered, nor one that has changed.
        self.ctl("run", LAB, text="3\n7\n5\n7\n1\n\n7\n13\n20\n\n0\n1\nNo row was free.\n1\n64\n\nnext\n")
        self.assertEqual(json.loads(self.ctl("list", "--json").stdout)["go_on"], "one-packet-how-many-exits")
        self.assertIn("done, not every check is met", self.ctl("list").stdout)
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder.name, "ringside", "progress.db"))) as db, db:
            db.execute("UPDATE attempt SET hash = 'of another text'")
        self.assertNotIn("Go on", self.ctl("list").stdout)

    def test_one_press_goes_on_at_a_terminal(self):
        self.ctl("run", LAB, "--variant", "1", text="1\n")
        for press, goes in (("\r", True), ("q\r", False)):
            master, slave = pty.openpty()
            with subprocess.Popen([CTL, "lab", "list"], stdin=slave, stdout=slave, stderr=slave, env=self.environment, close_fds=True) as process:
                os.close(slave)
                os.write(master, press.encode())
                said = b""
                with contextlib.suppress(OSError):  # a terminal whose program has ended
                    while part := os.read(master, 4096):
                        said += part
                        if b"Enter runs it." in said:
                            os.write(master, b":quit\r")
                            said = said.replace(b"Enter runs it.", b"Enter ran it.")
                os.close(master)
                self.assertEqual(process.wait(patient(60)), 0)
            self.assertIn("Enter goes on there, q leaves:", said.decode())
            self.assertEqual("It goes on where you stopped." in said.decode(), goes)

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
