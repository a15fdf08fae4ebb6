#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""From a student's last answer to a teacher's gradebook, in a shell: labs are taken, handed in, graded, merged and read. And hand-ins
that somebody had a hand in, or that are none: each is recognised for what it is, and the others are graded all the same."""

import contextlib
import csv
import io
import json
import os
import random
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree
from html.parser import HTMLParser

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import hand_ins  # noqa: E402
from patience import patient  # noqa: E402

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ROOT = os.getcwd()
ASSETS = os.path.join(ROOT, "assets")
LAB = "anatomy-of-a-ring"
COLUMNS = ["student_id", "lab_id", "lab_version", "attempt", "started_utc", "finished_utc", "score", "max"]
ROWS = [dict(usable=7, sent=20, lost=13, fit=40), dict(usable=15, sent=40, lost=25, fit=56),
        dict(usable=23, sent=60, lost=37, fit=72), dict(usable=31, sent=80, lost=49, fit=88)]


def often(times):
    return int(times * float(os.environ.get("RINGSIDE_TEST_EFFORT") or 1))


def solution(variant):
    """The model lab's own solution, for one variant."""
    with open(os.path.join(ROOT, "labs/exercises/001_anatomy_of_a_ring/lab.md"), encoding="utf-8") as lab:
        lines = re.search(r"```solution\n(.*?)```", lab.read(), re.S).group(1)
    lines = re.sub(r"\{\{(\w+)\}\}", lambda m: str(ROWS[variant - 1][m[1]]), lines)
    return "".join(line + "\n" for line in lines.splitlines() if not line.startswith("expect"))


class Class(unittest.TestCase):
    """A folder with two hand-ins, which each test takes copies of."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.made = folder.name
        cls.environment = {**os.environ, "RINGSIDE_ASSETS": ASSETS, "NO_COLOR": "1", "XDG_DATA_HOME": os.path.join(folder.name, "data"), "HOME": folder.name}
        for student in ("ada", "ben"):
            cls.take(student)

    @classmethod
    def run_ctl(cls, *words, cwd=None, text="", limit=110):
        return subprocess.run([CTL, *words], input=text, capture_output=True, text=True, timeout=patient(limit), env=cls.environment, cwd=cwd or cls.made)

    @classmethod
    def take(cls, student, change=lambda lines: lines, name=None, lab="1"):
        path = os.path.join(cls.made, student + ".txt")
        for variant in range(1, 5):  # the one that was drawn: with any other, an answer is wrong
            with open(path, "w", encoding="utf-8") as out:
                out.write(change(solution(variant)))
            progress = os.path.join(cls.made, f"{student}-{variant}.db")
            played = cls.run_ctl("--json", "lab", "run", lab, "--student", student, "--answers", path, "--progress", progress)
            if json.loads(played.stdout)["variant"] == variant:
                break
        handed = cls.run_ctl("lab", "hand-in", "--student", student, "--progress", progress, "--to", name or student + ".rsub")
        assert handed.returncode == 0, handed.stderr
        return progress

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name
        for name in ("ada.rsub", "ben.rsub"):
            shutil.copy(os.path.join(self.made, name), self.work)

    def ctl(self, *words, **more):
        return self.run_ctl(*words, cwd=self.work, **more)

    def good(self, *words, **more):
        result = self.ctl(*words, **more)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def at(self, name):
        return os.path.join(self.work, name)

    def changed(self, name, *statements, of="ada.rsub"):
        shutil.copy(self.at(of), self.at(name))
        with contextlib.closing(sqlite3.connect(self.at(name))) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()
        return name

    def graded(self, *files, replay=False, code=0):
        result = self.ctl("grade", *files, "--json", "-", *([] if replay else ["--no-replay"]))
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)

    def one(self, file, replay=False):
        (grade,) = self.graded(file, replay=replay)["grades"]
        return grade

    @staticmethod
    def codes(grade):
        return sorted({flag["code"] for flag in grade["flags"]})

    @staticmethod
    def rows(text):
        return list(csv.reader(io.StringIO(text)))


class HandIn(Class):
    def test_a_solution_has_all_points_and_no_flag_also_when_it_is_run_again(self):
        for student in ("ada", "ben"):
            grade = self.one(student + ".rsub", replay=True)
            self.assertEqual((grade["student_id"], grade["lab_id"], grade["score"], grade["max"], grade["flags"]), (student, LAB, 13, 13, []))
            self.assertEqual([check["verdict"] for check in grade["checks"]], 5 * ["pass"])
            self.assertEqual(grade["predictions_locked"], 4)

    def test_what_is_in_it(self):
        with contextlib.closing(sqlite3.connect(self.at("ada.rsub"))) as db:
            self.assertEqual(db.execute("SELECT student FROM hand_in").fetchall(), [("ada",)])
            ((lab, pack, hash_, seed),) = db.execute("SELECT h.lab, h.pack, a.hash, a.seed FROM handed_lab h JOIN attempt a ON a.id = h.attempt")
            self.assertEqual((lab, pack, len(hash_)), (LAB, "", 16))
            self.assertTrue(seed)
            environment = dict(db.execute("SELECT name, value FROM environment"))
            self.assertLessEqual({"cores", "kvm", "kernel", "ringside"}, set(environment))
            for table in ("answer", "do_run", "frozen", "verdict", "chain"):
                self.assertGreater(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0], 3, table)
            rows = sum(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("answer", "do_run", "hint", "verdict"))
            self.assertEqual(db.execute("SELECT count(*) FROM chain").fetchone()[0], rows + 1)

    def test_it_takes_the_place_of_an_older_one_of_the_same_student_and_of_nothing_else(self):
        progress = next(os.path.join(self.made, name) for name in sorted(os.listdir(self.made)) if name.startswith("ben-") and name.endswith(".db")
                        and self.run_ctl("lab", "hand-in", "--student", "ben", "--progress", os.path.join(self.made, name), "--to", self.at("x.rsub")).returncode == 0)
        hand_in = ["lab", "hand-in", "--student", "ben", "--progress", progress]
        before = open(self.at("ada.rsub"), "rb").read()
        other = self.ctl(*hand_in, "--to", "ada.rsub")
        self.assertEqual(other.returncode, 1)
        self.assertIn("a hand-in of ada already", other.stderr)
        self.assertEqual(open(self.at("ada.rsub"), "rb").read(), before)
        self.good(*hand_in, "--to", "ben.rsub")
        with open(self.at("mine.txt"), "w", encoding="utf-8") as mine:
            mine.write("what I have written")
        self.assertEqual(self.ctl(*hand_in, "--to", "mine.txt").returncode, 1)
        self.assertEqual(open(self.at("mine.txt"), encoding="utf-8").read(), "what I have written")
        self.assertEqual(self.ctl(*hand_in, "2").returncode, 1)  # never begun
        self.assertEqual(self.ctl(*hand_in, "--to", "no/such/folder.rsub").returncode, 1)
        self.assertEqual(self.ctl("lab", "hand-in", "--student", "eve", "--progress", progress).returncode, 1)
        self.assertEqual(self.ctl("lab", "hand-in", "--progress", "none.db").returncode, 1)
        self.assertFalse(os.path.exists(self.at("none.db")))
        self.assertEqual(sorted(os.listdir(self.work)), ["ada.rsub", "ben.rsub", "mine.txt", "x.rsub"])

    def test_killed_while_it_hands_in_the_older_file_is_whole(self):
        progress = self.take("ann", name=self.at("ann.rsub"))
        for n in range(often(30)):
            child = subprocess.Popen([CTL, "lab", "hand-in", "--student", "ann", "--progress", progress], cwd=self.work, env=self.environment,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.Random(n).random() * 0.06)
            child.send_signal(signal.SIGKILL)
            child.wait()
            self.assertEqual(self.one("ann.rsub")["score"], 13)
        self.good("lab", "hand-in", "--student", "ann", "--progress", progress)
        self.assertEqual(sorted(os.listdir(self.work)), ["ada.rsub", "ann.rsub", "ben.rsub"])


class HandsIn(Class):
    def test_a_hand_that_changed_something_is_seen_and_does_not_pay(self):
        cases = {
            "an answer": (["UPDATE answer SET value = '999' WHERE question = 'o5'"], 12, {"chain", "said"}),
            "an answer that was wrong": (["UPDATE answer SET correct = 1, points = 50"], 13, {"chain"}),
            "a window": (["UPDATE frozen SET number = 9 WHERE probe LIKE '%no_descriptor' AND moment = 'end'"], 7, {"chain", "said"}),
            "verdicts": (["UPDATE verdict SET verdict = 'pass', points = 100"], 13, {"chain"}),
            "an answer taken out": (["DELETE FROM answer WHERE question = 'o5'"], 12, {"chain"}),
            "no chain": (["DELETE FROM chain"], 13, {"chain"}),
            "a time": (["UPDATE answer SET at_utc = '2020-01-01T00:00:00.000Z' WHERE question = 'e1'"], 13, {"chain"}),
            "another name": (["UPDATE hand_in SET student = 'eve'"], 13, {"student", "seed"}),
            "another name everywhere": (["UPDATE hand_in SET student = 'eve'", "UPDATE attempt SET student = 'eve'"], 13, {"chain", "seed"}),
            "another version": (["UPDATE attempt SET hash = '0123456789abcdef'"], 13, {"chain", "version"}),
        }
        for name, (statements, score, codes) in cases.items():
            with self.subTest(name):
                grade = self.one(self.changed("changed.rsub", *statements))
                self.assertEqual(grade["score"], score)
                self.assertLessEqual(codes, set(self.codes(grade)) | ({"said"} & codes if name == "an answer" else set()))
                self.assertNotIn("replay", self.codes(grade))

    def test_a_changed_window_is_not_what_comes_out_when_it_is_run_again(self):
        name = self.changed("changed.rsub", "UPDATE frozen SET number = 0 WHERE probe LIKE '%no_descriptor' AND moment = 'end' AND run = (SELECT id FROM do_run WHERE block = 'sleepy')")
        grade = self.one(name, replay=True)
        self.assertIn("replay", self.codes(grade))
        self.assertRegex(next(flag["what"] for flag in grade["flags"] if flag["code"] == "replay"), r"sleepy.*and 0 was handed in")

    def test_lines_that_do_what_no_lab_may_do_are_not_run(self):
        victim = self.at("victim")
        for line in (f"wire set name=w0 write={victim}", "wire add name=w9 kind=tap:rs9", "vm add name=x count=10000", "run for=100000s",
                     "send to=web count=99999999 size=60 rate=1pps"):
            with self.subTest(line):
                name = self.changed("evil.rsub", f"UPDATE do_run SET commands = '{line}' || char(10) WHERE block = 'one'")
                began = time.monotonic()
                result = self.ctl("grade", name, "--json", "-", "--replay-seconds", "5")
                self.assertLess(time.monotonic() - began, patient(30))
                (grade,) = json.loads(result.stdout)["grades"]
                self.assertTrue({"replay", "replay-none"} & set(self.codes(grade)), grade["flags"])
                self.assertFalse(os.path.exists(victim))

    def forge(self, *statements, order=None, replay=False):
        hand_ins.forged(self.at("ada.rsub"), self.at("forged.rsub"), *statements, order=order)
        return self.one("forged.rsub", replay=replay)

    def test_who_makes_the_chain_anew_is_seen_by_what_does_not_fit(self):
        self.assertEqual(self.forge(replay=True)["flags"], [])  # it is the same chain
        at = "UPDATE answer SET at_utc = '{}' WHERE question = '{}'".format
        # On a busy machine seconds lie between them, and another order's clock went back.
        at_once = [f"UPDATE {table} SET at_utc = (SELECT max(at_utc) FROM do_run)" for table in ("answer", "do_run", "hint")]
        for name, codes, statements, order in (
                ("an hour back", ["clock"], [at("2020-01-01T00:00:00.000Z", "e1")], None),
                ("after it was handed in", ["clock"], [at("2199-01-01T00:00:00.000Z", "e1")], None),
                ("no time at all", ["clock"], [at("yesterday", "e1")], None),
                ("an answer before what it reads", ["order"], at_once, lambda links: links[:1] + [l for l in links if l[0] == "answer"] + [l for l in links[1:] if l[0] != "answer"]),
                ("a prediction after what it predicts", ["order"], at_once, lambda links: links[:1] + [l for l in links[1:] if l[0] == "run"] + [l for l in links[1:] if l[0] != "run"]),
                ("a second prediction", ["order"], at_once + ["INSERT INTO answer (id, attempt, question, kind, value, at_utc) SELECT 99, attempt, question, kind, '5', at_utc FROM answer WHERE question = 'p2'"],
                 lambda links: [one for link in links for one in ([link, ("answer", 99)] if link == ("answer", self.id_of("p2")) else [link])]),
                ("another's numbers", ["seed", "variant"], ["UPDATE attempt SET seed = seed + 1, variant = (variant + 1) % 4"], None),
        ):
            with self.subTest(name):
                grade = self.forge(*statements, order=order)
                if name == "another's numbers":
                    self.assertEqual([flag for flag in codes if flag not in self.codes(grade)], [])
                    self.assertLess(grade["score"], 13)
                else:
                    self.assertEqual(self.codes(grade), codes, grade["flags"])
                    self.assertEqual((grade["score"], grade["predictions_locked"]), (13, 4))  # a flag takes no point away

    def test_steps_that_the_lab_gives_were_run_as_it_gives_them(self):
        for lines in ("run mode=free", "vm pause name=web", "run mode=stepped"):
            grade = self.forge(f"UPDATE do_run SET commands = '{lines}' || char(10)", replay=True)
            self.assertIn("replay", self.codes(grade), lines)
            self.assertIn("with other lines than the lab's own", str(grade["flags"]))

    def test_rows_that_stand_there_twice_are_read_by_nobody(self):
        twice = {
            "attempts": ["CREATE TABLE h AS SELECT * FROM handed_lab", "DROP TABLE handed_lab", "ALTER TABLE h RENAME TO handed_lab", "INSERT INTO handed_lab SELECT * FROM handed_lab"],
            "runs": ["CREATE TABLE r AS SELECT * FROM do_run", "DROP TABLE do_run", "ALTER TABLE r RENAME TO do_run", "INSERT INTO do_run SELECT * FROM do_run"],
        }
        for name, statements in twice.items():
            with self.subTest(name):
                result = self.ctl("grade", self.changed("twice.rsub", *statements), "ben.rsub", "--no-replay", "--json", "-")
                self.assertIn("more than once", result.stderr)
                self.assertEqual([grade["student_id"] for grade in json.loads(result.stdout)["grades"]], ["ben"])
        columns = "student, lab, hash, variant, seed, begun_utc"
        name = self.changed("two.rsub", f"INSERT INTO attempt (id, {columns}) SELECT 99, {columns} FROM attempt", "INSERT INTO handed_lab SELECT 99, number, lab, pack, edition, kind FROM handed_lab")
        self.assertIn("two attempts at anatomy-of-a-ring", self.ctl("grade", name, "--no-replay").stderr)
        grade = self.forge(order=lambda links: links + [links[-1]])
        self.assertIn("chain", self.codes(grade))
        self.assertIn("it is there twice", str(grade["flags"]))

    def test_a_time_that_is_none_stops_no_merging(self):
        self.forge("UPDATE answer SET at_utc = '2026-11-27T18:00:nanZZZZ', seconds = 0")
        self.good("grade", "forged.rsub", "ben.rsub", "--no-replay", "--merge", "times.db")
        self.assertIn("clock", self.codes(self.one("forged.rsub")))

    def test_nothing_of_a_strangers_gradebook_is_run(self):
        self.good("grade", "ada.rsub", "--no-replay", "--merge", "own.db")
        for number, statement in enumerate(("CREATE TRIGGER t AFTER INSERT ON grade BEGIN UPDATE grade SET score = 0; END",
                                            "ALTER TABLE flag RENAME TO other; CREATE VIEW flag AS SELECT * FROM other", "CREATE INDEX i ON grade (abs(score))")):
            book = f"book{number}.db"
            shutil.copy(self.at("own.db"), self.at(book))
            with contextlib.closing(sqlite3.connect(self.at(book))) as db:
                db.executescript(statement)
            before = open(self.at(book), "rb").read()
            self.assertEqual(self.ctl("grade", "ben.rsub", "--no-replay", "--merge", book).returncode, 4, statement)
            with open(self.at(book), "rb") as file:
                self.assertEqual(file.read(), before)
        with contextlib.closing(sqlite3.connect(self.at("own.db"))) as db:
            db.executescript("CREATE VIEW mine AS SELECT student, score FROM grade; CREATE TABLE notes (text TEXT)")
        self.good("grade", "ben.rsub", "--no-replay", "--merge", "own.db")

    def test_a_hand_in_of_the_future_is_not_the_latest_for_ever(self):
        self.forge("UPDATE hand_in SET made_utc = '2199-01-01T00:00:00.000Z'")
        self.assertIn("clock", self.codes(self.one("forged.rsub")))
        self.good("grade", "forged.rsub", "--no-replay", "--merge", "late.db")
        with contextlib.closing(sqlite3.connect(self.at("late.db"))) as db:
            self.assertLess(db.execute("SELECT made_utc FROM grade").fetchone()[0], "2199")

    def test_a_value_that_only_one_side_has_is_a_difference(self):
        probe = "web.nic0.rx.dropped.no_descriptor"
        for statement in (f"DELETE FROM frozen WHERE probe = '{probe}' AND moment = 'end'",
                          f"INSERT INTO frozen SELECT run, 'web.nic7.rx.frames', moment, kind, number, text, provenance FROM frozen WHERE probe = '{probe}'"):
            self.assertIn("replay", self.codes(self.forge(statement, replay=True)), statement)

    def test_the_machine_that_counts_is_the_one_that_was_worked_on(self):
        self.assertEqual(self.codes(self.forge("UPDATE environment SET value = 'no' WHERE name = 'kvm'")), [])

    def id_of(self, question):
        with contextlib.closing(sqlite3.connect(self.at("ada.rsub"))) as db:
            return db.execute("SELECT id FROM answer WHERE question = ?", [question]).fetchone()[0]

    def test_a_row_that_was_put_in_has_no_link(self):
        name = self.changed("more.rsub", "INSERT INTO answer (attempt, question, kind, value) SELECT attempt, question, kind, '49' FROM answer WHERE question = 'o5'")
        self.assertIn("chain", self.codes(self.one(name)))

    def test_what_is_no_hand_in_costs_one_line_each_and_the_others_go_on(self):
        os.truncate(shutil.copy(self.at("ada.rsub"), self.at("cut.rsub")), 30_000)
        with open(self.at("large.rsub"), "wb") as large:
            large.truncate(1 << 30)
        with open(self.at("text.rsub"), "w", encoding="utf-8") as text:
            text.write("I am sorry, the dog ate my homework. " * 10)
        with contextlib.closing(sqlite3.connect(self.at("other.rsub"))) as db:
            db.execute("CREATE TABLE t (x)")
            db.commit()
        self.changed("newer.rsub", "PRAGMA user_version = 9")
        self.changed("trigger.rsub", "CREATE TRIGGER t AFTER INSERT ON answer BEGIN SELECT 1; END")
        self.changed("view.rsub", "DROP TABLE hint", "CREATE VIEW hint AS SELECT 1 AS id, 1 AS attempt, 'x' AS of, 1 AS level, '' AS at_utc")
        self.changed("index.rsub", "CREATE INDEX i ON answer (abs(points))")
        self.changed("escape.rsub", "UPDATE hand_in SET student = char(27) || '[2J'")
        self.changed("long.rsub", "UPDATE hand_in SET student = hex(zeroblob(400))")
        self.changed("blob.rsub", "UPDATE answer SET value = zeroblob(100000) WHERE question = 'o5'")
        self.changed("variant.rsub", "UPDATE attempt SET variant = 2147483647")
        self.changed("nobody.rsub", "DELETE FROM hand_in")
        self.changed("many.rsub", "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO hint (attempt, of, level) SELECT 1, 'o2', 1 FROM n")
        self.changed("foreign.rsub", "UPDATE attempt SET lab = 'net/x'", "UPDATE handed_lab SET lab = 'x', pack = 'net'")
        self.changed("unknown.rsub", "UPDATE attempt SET lab = 'x'", "UPDATE handed_lab SET lab = 'x'")
        with open(self.at("ada.rsub"), "rb") as whole:
            noise = bytearray(whole.read())
        chance = random.Random(7)
        for i in range(2000):
            noise[chance.randrange(4096, len(noise))] = chance.randrange(256)
        with open(self.at("noise.rsub"), "wb") as out:
            out.write(noise)
        os.symlink("/dev/zero", self.at("zero.rsub"))
        os.mkfifo(self.at("fifo.rsub"))
        began = time.monotonic()
        result = self.ctl("grade", ".", "none.rsub", "--csv", "g.csv", "--junit", "j.xml", "--json", "j.json", "--html", "c.html", "--no-replay")
        self.assertLess(time.monotonic() - began, patient(60))
        self.assertEqual(result.returncode, 1, result.stderr)
        lines = result.stderr.splitlines()
        bad = {name for name in os.listdir(self.work) if name.endswith(".rsub")} - {"ada.rsub", "ben.rsub"} | {"none.rsub"}
        self.assertEqual(sorted(re.search(r"(\w+\.rsub): ", line)[1] for line in lines), sorted(bad), result.stderr)
        for name, why in {"cut": "is cut off: 30000 of", "large": "has 1024 MiB; a hand-in has at most 64", "text": "is no hand-in", "other": "but no hand-in",
                          "newer": r"newer Ringside \(schema 9; this one knows 1\)", "trigger": "tables only", "view": "tables only", "index": "tables only",
                          "escape": r"no name: `\\x1b", "blob": "too long", "variant": "2147483648", "nobody": "whose it is", "many": "more rows",
                          "foreign": "it has net/x", "unknown": "it has x", "zero": "is no file", "fifo": "is no file", "none": "no such file"}.items():
            (line,) = [line for line in lines if f"{name}.rsub: " in line]
            self.assertRegex(line, why)
        self.assertEqual([row[0] for row in self.rows(open(self.at("g.csv"), encoding="utf-8").read())], ["student_id", "ada", "ben"])
        for name in ("g.csv", "j.xml", "j.json", "c.html"):
            self.assertNotIn("\x1b", open(self.at(name), encoding="utf-8").read())
        self.assertEqual(self.ctl("grade", "text.rsub").returncode, 4)
        self.assertEqual(self.ctl("grade").returncode, 2)

    def test_the_measured_windows_of_two_are_never_the_same(self):
        for name in ("ada.rsub", "ben.rsub"):
            with contextlib.closing(sqlite3.connect(self.at(name))) as db:
                (run,) = db.execute("SELECT id FROM do_run WHERE block = 'sleep'").fetchone()
                db.execute("INSERT INTO sample VALUES (?, 0, 'e1000', 0, 0, 0.1000271, 1.0003, 0, 'w1@cpu1')", [run])
                db.execute("INSERT INTO sample_value VALUES (?, 0, 'rate.db.received', 'gauge', 1234567.25, '', 'measured')", [run])
                db.commit()
        grades = self.graded("ada.rsub", "ben.rsub")["grades"]
        for grade, other in zip(grades, ("ben", "ada")):
            self.assertIn("same-windows", self.codes(grade))
            self.assertIn(other, next(flag["what"] for flag in grade["flags"] if flag["code"] == "same-windows"))
        self.good("grade", "ada.rsub", "--merge", "book.db", "--no-replay")  # one of them last week, the other today
        self.good("grade", "ben.rsub", "--merge", "book.db", "--no-replay", "--csv", "g.csv")
        self.assertEqual([("same-windows" in row[-1]) for row in self.rows(open(self.at("g.csv"), encoding="utf-8").read())[1:]], [True, True])
        same = self.graded("ada.rsub", shutil.copy(self.at("ada.rsub"), self.at("again.rsub")))["grades"]
        self.assertNotIn("same-windows", self.codes(same[0]))  # of one student


class Tables(Class):
    def test_the_columns_and_cells(self):
        self.changed("formula.rsub", "UPDATE hand_in SET student = '=HYPERLINK(\"http://x\",\"y\")'",
                     "UPDATE answer SET value = '@SUM(1+1)*cmd|'' /C calc''!A0' WHERE question = 'e2'", "UPDATE answer SET value = '-3' WHERE question = 'o1'")
        self.good("grade", ".", "--no-replay", "--csv", "g.csv", "--answers", "a.csv")
        grades = self.rows(open(self.at("g.csv"), encoding="utf-8", newline="").read())
        self.assertEqual(grades[0], COLUMNS + ["c1", "c2", "c3", "c4", "c5", "hints", "predictions_locked", "flags"])
        self.assertEqual({len(row) for row in grades}, {len(grades[0])})
        self.assertEqual(grades[3][0], "'=HYPERLINK(\"http://x\",\"y\")")
        answers = self.rows(open(self.at("a.csv"), encoding="utf-8", newline="").read())
        self.assertEqual(answers[0][:9], ["student", "lab", "step", "question", "kind", "answer", "right", "belief", "seconds"])
        cells = [cell for row in grades + answers for cell in row]
        self.assertEqual([cell for cell in cells if cell[:1] in "=+@\t|" and cell], [])
        self.assertEqual({cell for cell in cells if cell.startswith("-")}, {"-3"})  # a number is one
        self.assertEqual([row[6] for row in answers if row[3] == "o5" and row[0] == "ada"], ["yes"])
        self.assertEqual([row[6] for row in answers if row[4] == "predict"], 12 * [""])

    def test_moodle_and_canvas(self):
        self.good("grade", ".", "--no-replay", "--csv", "m.csv", "--csv-for", "moodle")
        moodle = self.rows(open(self.at("m.csv"), encoding="utf-8", newline="").read())
        self.assertEqual(moodle[0], ["ID number", LAB, "Feedback: " + LAB])
        self.assertEqual([row[:2] for row in moodle[1:]], [["ada", "13"], ["ben", "13"]])
        self.good("grade", ".", "--no-replay", "--csv", "c.csv", "--csv-for", "canvas")
        canvas = self.rows(open(self.at("c.csv"), encoding="utf-8", newline="").read())
        self.assertEqual(canvas[0], ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", LAB])
        self.assertEqual(canvas[1], ["Points Possible", "", "", "", "", "13"])
        self.assertEqual(canvas[2], ["ada", "", "", "ada", "", "13"])
        self.assertEqual(self.ctl("grade", ".", "--csv-for", "moodle").returncode, 2)

    def test_junit_and_the_class_page(self):
        self.changed("wrong.rsub", "UPDATE answer SET value = '<script>alert(1)</script>' WHERE question IN ('o5', 'e2')", "UPDATE hand_in SET student = '<b>&eve'")
        self.good("grade", ".", "--no-replay", "--junit", "j.xml", "--html", "c.html")
        suites = xml.etree.ElementTree.parse(self.at("j.xml")).getroot()
        self.assertEqual([suite.get("name") for suite in suites], ["ada/" + LAB, "ben/" + LAB, "<b>&eve/" + LAB])
        self.assertEqual([suite.get("failures") for suite in suites], ["0", "0", "1"])
        page = open(self.at("c.html"), encoding="utf-8").read()

        class Tags(HTMLParser):
            tags, texts = [], []

            def handle_starttag(self, tag, attrs):
                Tags.tags.append(tag)
                assert not {"src", "href", "onload", "onclick"} & {name for name, _ in attrs}, (tag, attrs)

            def handle_data(self, data):
                Tags.texts.append(data)

        Tags().feed(page)
        self.assertLessEqual(set(Tags.tags), {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table", "tr", "th", "td", "div", "section"})
        shown = " ".join(Tags.texts)
        for text in ("Anatomy of a ring", "<b>&eve", "Each question", "Beliefs, before and after", "Checks", "Where time went", "Hints used", "The device keeps the packets"):
            self.assertIn(text, shown)


class Book(Class):
    def test_a_gradebook_only_ever_adds(self):
        merge = ["grade", "--merge", "book.db", "--no-replay"]
        self.assertIn("ada.rsub: added", self.good(*merge, "ada.rsub"))
        shutil.copy(self.at("ada.rsub"), self.at("copy.rsub"))
        self.assertIn("copy.rsub: in the gradebook already", self.good(*merge, "copy.rsub"))
        self.changed("later.rsub", "UPDATE hand_in SET made_utc = '2099-01-01T00:00:00.000Z'", "UPDATE answer SET value = '999' WHERE question = 'o5'")
        self.changed("earlier.rsub", "UPDATE hand_in SET made_utc = '2001-01-01T00:00:00.000Z'", "UPDATE answer SET value = '999' WHERE question IN ('o4', 'o5')")
        self.good(*merge, "later.rsub", "ben.rsub")
        self.good(*merge, "earlier.rsub")
        for rule, scores in (("latest", ["12", "13"]), ("best", ["13", "13"]), ("all", ["13", "12", "13", "11"])):
            self.good(*merge, "--rule", rule, "--csv", "g.csv")
            self.assertEqual([row[6] for row in self.rows(open(self.at("g.csv"), encoding="utf-8").read())[1:]], scores, rule)
        self.assertTrue(self.good(*merge, "ada.rsub", "--csv", "-").startswith("student_id,"))  # nothing else is on stdout
        self.good(*merge, "--html", "c.html", "--answers", "a.csv", "--csv", "b.csv", "--csv-for", "canvas")
        self.assertIn("Where time went", open(self.at("c.html"), encoding="utf-8").read())
        with open(self.at("mine.db"), "w", encoding="utf-8") as mine:
            mine.write("what I have written")
        self.assertEqual(self.ctl("grade", "ada.rsub", "--merge", "mine.db").returncode, 4)
        self.assertEqual(open(self.at("mine.db"), encoding="utf-8").read(), "what I have written")
        self.assertEqual(self.ctl("grade", "ada.rsub", "--merge", "ada.rsub").returncode, 4)

    def test_killed_while_it_merges_what_it_has_said_is_in_the_book(self):
        for n in range(40):
            self.changed(f"s{n:02}.rsub", f"UPDATE hand_in SET student = 'student{n:02}'")
        files = [f"s{n:02}.rsub" for n in range(40)]
        said = set()
        for n in range(often(100)):
            child = subprocess.Popen([CTL, "grade", "--merge", "book.db", "--no-replay", *files], cwd=self.work, env=self.environment, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True)
            time.sleep(random.Random(n).random() * 0.3)
            child.send_signal(signal.SIGKILL)
            out, _ = child.communicate()
            said |= set(re.findall(r"^(s\d\d)\.rsub: (?:added|in the gradebook already)$", out, re.M))
            if not os.path.exists(self.at("book.db")):
                continue
            with contextlib.closing(sqlite3.connect(self.at("book.db"))) as db:
                self.assertEqual(db.execute("PRAGMA integrity_check").fetchone(), ("ok",))
                if not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    self.assertEqual(said, set())
                    continue
                rows = db.execute("SELECT g.file, count(a.grade) FROM grade g LEFT JOIN answer a ON a.grade = g.id GROUP BY g.id").fetchall()
            self.assertLessEqual(said, {file[:3] for file, _ in rows})
            self.assertEqual({answers for _, answers in rows} - {13}, set())  # whole or not at all
            if len(rows) == 40:  # anew, so that there is something to interrupt
                os.unlink(self.at("book.db"))
                said = set()
        self.good("grade", "--merge", "book.db", "--no-replay", *files, "--csv", "g.csv")
        self.assertEqual(len(self.rows(open(self.at("g.csv"), encoding="utf-8").read())), 41)


HIDDEN = """
```check c9
hidden = true
points = 3
band   = "claim"
verb   = "equals"
of     = "web.nic0.rx.accepted"
since  = "two-more"
value  = 2
claim  = "Both packets are taken."
else   = "Fewer came in than were sent."
```
"""


class Teacher(Class):
    """A lab of one's own, with a hidden check, in packs."""

    def setUp(self):
        super().setUp()
        self.environment = {**self.environment, "XDG_DATA_HOME": self.at("data")}
        os.unlink(self.at("ada.rsub"))
        os.unlink(self.at("ben.rsub"))
        self.write_lab(HIDDEN)

    def write_lab(self, more):
        os.makedirs(self.at("my-lab"), exist_ok=True)
        with open(os.path.join(ROOT, "labs/exercises/001_anatomy_of_a_ring/lab.md"), encoding="utf-8") as lab:
            text = lab.read().replace("```solution", more + "\n```solution", 1).replace('id       = "anatomy-of-a-ring"', 'id       = "my-ring"')
        with open(self.at("my-lab/lab.md"), "w", encoding="utf-8") as out:
            out.write(text)

    def ctl(self, *words, **more):
        return subprocess.run([CTL, *words], input=more.get("text", ""), capture_output=True, text=True, timeout=patient(110), env=self.environment, cwd=self.work)

    def packs(self, name="net"):
        for kind in ("student", "teacher"):
            self.good("lab", "pack", "my-lab", "--" + kind, "--graded", "--id", "net", "--title", "Networks", "--to", f"{name}-{kind}.rpack")

    def walk(self, change=lambda lines: lines, student="ada"):
        for variant in range(1, 5):
            with open(self.at("answers.txt"), "w", encoding="utf-8") as out:
                out.write(change(solution(variant)))
            played = self.ctl("--json", "lab", "run", "net/my-ring", "--student", student, "--answers", "answers.txt", "--restart")
            if json.loads(played.stdout)["variant"] == variant:
                return json.loads(played.stdout)
        self.fail("no variant was drawn")

    def test_hidden_checks_and_what_is_right_are_the_teachers(self):
        self.packs()
        self.good("lab", "install", "net-student.rpack")
        walked = self.walk(lambda lines: lines.replace("answer e1 one-meaning", "answer e1 control"))
        self.assertNotIn("c9", [check["id"] for check in walked["checks"]])
        self.assertIn("ada-net-my-ring.rsub", self.good("lab", "hand-in", "net/my-ring", "--student", "ada"))
        os.rename(self.at("ada-net-my-ring.rsub"), self.at("ada.rsub"))
        grade = json.loads(self.good("grade", "ada.rsub", "--pack", "net-teacher.rpack", "--json", "-"))["grades"][0]
        self.assertEqual(grade["flags"], [])
        self.assertEqual({check["id"]: check["verdict"] for check in grade["checks"]}["c9"], "pass")
        self.assertEqual([answer["right"] for answer in grade["answers"] if answer["question"] == "e1"], [False])
        self.assertEqual((grade["lab_id"], grade["score"], grade["max"]), ("net/my-ring", 15, 16))
        self.walk(lambda lines: lines.replace("do two-more\n", "do two-more skip=1\n"))
        self.good("lab", "hand-in", "--student", "ada")
        grade = json.loads(self.good("grade", "ada.rsub", "--pack", "net-teacher.rpack", "--json", "-"))["grades"][0]
        self.assertEqual({check["id"]: check["verdict"] for check in grade["checks"]}["c9"], "fail")
        self.assertEqual(grade["attempt"], 2 if grade["variant"] == 1 else grade["attempt"])
        self.good("grade", "ada.rsub", "--pack", "net-teacher.rpack", "--csv", "m.csv", "--csv-for", "moodle", "--no-replay")
        self.assertNotIn("c9", open(self.at("m.csv"), encoding="utf-8").read())  # students read this
        self.assertIn("no lab of Ringside's own", self.ctl("grade", "ada.rsub").stderr)
        self.assertIn("this is the student's", self.ctl("grade", "ada.rsub", "--pack", "net-student.rpack").stderr)

    def test_an_older_edition_is_graded_and_said(self):
        self.packs()
        self.good("lab", "install", "net-student.rpack")
        self.walk()
        self.good("lab", "hand-in", "--student", "ada")
        self.write_lab(HIDDEN.replace("points = 3", "points = 5"))
        self.packs("later")
        grade = json.loads(self.good("grade", "ada.rsub", "--pack", "later-teacher.rpack", "--json", "-", "--no-replay"))["grades"][0]
        self.assertEqual(self.codes(grade), ["edition", "version"])
        self.assertEqual((grade["score"], grade["max"]), (18, 18))

    def test_every_command_of_the_page_works(self):
        with open(os.path.join(ROOT, "docs", "grading.md"), encoding="utf-8") as page:
            text = page.read()
        blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.S | re.M)
        lines = [line for kind, block in blocks if not kind for line in block.splitlines() if line]
        self.assertGreater(sum(line.startswith("ringsidectl ") for line in lines), 12)
        os.makedirs(self.at("hand-ins"))
        for line in lines:
            words = shlex.split(line, comments=True)
            self.assertIn(words[0], ("ringsidectl", "python3"), line)
            if words[0] == "python3":
                self.assertTrue(os.path.exists(os.path.join(ROOT, words[1])), line)
                continue
            if words[1:3] == ["lab", "run"]:
                self.walk()
                continue
            self.assertEqual(self.ctl(*words[1:]).returncode, 0, line)
        with contextlib.closing(sqlite3.connect(self.at("gradebook.db"))) as db:
            queries = [block for kind, block in blocks if kind == "sql"]
            self.assertGreater(len(queries), 1)
            for query in queries:
                self.assertGreater(len(db.execute(query).fetchall()), 0, query)
        for name in ("grades.csv", "answers.csv", "class.html", "grades.xml", "grades.json", "moodle.csv", "canvas.csv"):
            self.assertGreater(os.path.getsize(self.at(name)), 80, name)


if __name__ == "__main__":
    unittest.main()
