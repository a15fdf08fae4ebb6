#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Where answers are kept: without a home in a folder of this user's alone; and a progress file that was deleted or replaced while a
lab was under way is noticed at the next answer, which is not called stored."""

import os
import stat
import subprocess
import sys
import tempfile
import unittest

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ASSETS = os.path.join(os.getcwd(), "assets")
LAB = """+++
id = "two-questions"
title = "Two questions"
promise = "Nothing."
minutes = 1
requires = { cores = 1, kvm = "no", mem_mb = 64 }
+++

```start
wire add name=w0 kind=ring
```

## Predict: both

```predict p1
ask = "The first?"
kind = "choice"
options = [{ id = "a", text = "A" }, { id = "b", text = "B" }]
```

```predict p2
ask = "The second?"
kind = "choice"
options = [{ id = "a", text = "A" }, { id = "b", text = "B" }]
```
"""


class Homeless(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tmp = folder.name
        self.lab = os.path.join(self.tmp, "lab.md")
        open(self.lab, "w").write(LAB)
        self.own = os.path.join(self.tmp, f"ringside-{os.geteuid()}")
        self.environment = {"PATH": os.environ["PATH"], "RINGSIDE_ASSETS": ASSETS, "TMPDIR": self.tmp, "USER": "somebody"}

    def take(self, **more):
        return subprocess.run([CTL, "lab", "run", self.lab], input="a\n", capture_output=True, text=True, timeout=60, env={**self.environment, **more})

    def test_progress_goes_to_a_folder_of_this_user_alone(self):
        for home in ({}, {"HOME": ""}, {"HOME": "relative"}):
            result = self.take(**home)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("Locked.", result.stdout)
            self.assertEqual(stat.S_IMODE(os.stat(self.own).st_mode), 0o700)
            self.assertTrue(os.path.exists(self.own + "/progress.db"))
            os.remove(self.own + "/progress.db")

    def test_a_folder_that_others_have_a_hand_in_is_refused(self):
        elsewhere = os.path.join(self.tmp, "elsewhere")
        os.mkdir(elsewhere, 0o700)
        os.symlink(elsewhere, self.own)
        result = self.take()
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertIn("is a link", result.stderr)
        self.assertEqual(os.listdir(elsewhere), [])
        os.remove(self.own)
        os.mkdir(self.own)
        os.chmod(self.own, 0o777)
        result = self.take()
        self.assertEqual(result.returncode, 3, result.stdout)
        self.assertIn("chmod 700", result.stderr)
        os.chmod(self.own, 0o700)
        if os.geteuid() == 0:
            os.chown(self.own, 12345, 12345)
            result = self.take()
            self.assertEqual(result.returncode, 3, result.stdout)
            self.assertIn("belongs to somebody else", result.stderr)
            os.chown(self.own, 0, 0)
        self.assertEqual(self.take().returncode, 0)


class Replaced(unittest.TestCase):
    def walk(self, harm):
        """Answers a question, lets harm be done to the file, answers the next."""
        with tempfile.TemporaryDirectory() as folder:
            path, lab = os.path.join(folder, "progress.db"), os.path.join(folder, "lab.md")
            open(lab, "w").write(LAB)
            child = subprocess.Popen([CTL, "lab", "run", lab, "--progress", path, "--student", "a"], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True, env={**os.environ, "RINGSIDE_ASSETS": ASSETS})
            self.assertIn("Locked.", self.say(child, "a"))
            harm(path)
            return self.say(child, "b") + child.communicate(timeout=60)[0]

    def say(self, child, line):
        child.stdin.write(line + "\n:nonsense\n")  # whose answer shows that the line before was dealt with
        child.stdin.flush()
        text = ""
        while "There is no command" not in text:
            piece = child.stdout.readline()
            if not piece:
                break
            text += piece
        return text

    def test_a_deleted_file_is_noticed_at_the_next_answer(self):
        said = self.walk(os.remove)
        self.assertIn("deleted or replaced", said)
        self.assertIn("not saved", said)
        self.assertNotIn("Locked.", said)

    def test_a_replaced_file_is_noticed_at_the_next_answer(self):
        def replace(path):
            subprocess.run(["cp", path, path + ".copy"], check=True)
            os.replace(path + ".copy", path)
        said = self.walk(replace)
        self.assertIn("deleted or replaced", said)
        self.assertNotIn("Locked.", said)

    def test_a_file_that_is_left_alone_is_not(self):
        self.assertIn("Locked.", self.walk(lambda path: None))


class Packs(unittest.TestCase):
    def test_a_compiled_file_whose_tables_never_end_is_refused(self):
        import sqlite3
        with tempfile.TemporaryDirectory() as folder:
            endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            for name, schema in (("view", f"CREATE VIEW lab AS {endless} SELECT 'x' AS id, 'y' AS source, 'z' AS hash FROM n WHERE i < 0"),
                                 ("column", "CREATE TABLE t(a); CREATE VIEW lab AS SELECT 1 AS id"),
                                 ("rows", "CREATE TABLE lab(id, source, hash)")):
                path = os.path.join(folder, name + ".db")
                with sqlite3.connect(path) as db:
                    db.executescript(schema)
                    if name == "rows":
                        db.execute(f"INSERT INTO lab {endless} SELECT 'other', '', '' FROM n LIMIT 3000000")
                result = subprocess.run([CTL, "lab", "show", path + ":x"], capture_output=True, text=True, timeout=60, env={**os.environ, "RINGSIDE_ASSETS": ASSETS})
                self.assertEqual(result.returncode, 4, (name, result.stderr))


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
