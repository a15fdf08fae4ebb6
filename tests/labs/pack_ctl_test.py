#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Packs as teacher and student handle them in a shell: made, handed out, installed, listed, taken, unlocked, removed. And packs that
nobody should trust: each is refused for what it is, in a moment, and nothing of this machine is touched."""

import hashlib
import json
import os
import random
import re
import shlex
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from patience import patient  # noqa: E402

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ROOT = os.getcwd()
ASSETS = os.path.join(ROOT, "assets")
LAB = "anatomy-of-a-ring"
FRAME = bytes.fromhex("020000000001" "020000000002" "0800") + bytes(46)
CAPTURE = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1) + struct.pack("<IIII", 0, 0, len(FRAME), len(FRAME)) + FRAME
OWN = """+++
id = "own-lab"
title = "A lab of one's own"
promise = "You play a capture."
minutes = 3
+++

# A lab of one's own

```start
wire add name=w0 kind=pcap:sub/frames.pcap
switch add name=s0 uplink=w0
vm add name=web nic=e1000 switch=s0 workload=sink
run mode=stepped seed={{seed}}
```

## Do: one

```do one
run until=idle
```

## Observe: one

```observe o1
ask = "How many frames came in?"
from = "w0.frames_in"
since = "one"
points = 1
```

## Checks

```check c1
verb = "equals"
of = "w0.frames_in"
since = "one"
value = 1
claim = "One frame came in."
else = "Look at the wire."
points = 2
```

```solution
do one
answer o1 1
expect pass c1
```
"""


def part(text):
    data = text if isinstance(text, bytes) else text.encode()
    return str(len(data)).encode() + b":" + data


def seal(db):
    """The seal that a pack with this content has to have: anybody can compute it."""
    (id_, title, kind, graded, hints, unlocked, hash_) = db.execute("SELECT id, title, kind, graded, hints, unlocked, hash FROM pack").fetchone()
    total = b"".join(map(part, (id_, title, kind, hash_, hints, "graded" if graded else "", "unlocked" if unlocked else "")))
    folder = "folder" if db.execute("PRAGMA user_version").fetchone()[0] > 1 else "''"
    for row in db.execute(f"SELECT id, {folder}, hash, source FROM lab ORDER BY id"):
        total += b"".join(map(part, row))
    for row in db.execute("SELECT lab, name, bytes FROM capture ORDER BY lab, name"):
        total += b"".join(map(part, row))
    return hashlib.sha256(total).hexdigest()


class Packs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = folder.name
        self.work = os.path.join(self.top, "work")
        self.data = os.path.join(self.top, "data")
        os.makedirs(self.work)
        os.makedirs(self.data)
        self.environment = {**os.environ, "RINGSIDE_ASSETS": ASSETS, "NO_COLOR": "1", "XDG_DATA_HOME": self.data, "HOME": self.top}

    def ctl(self, *words, text="", limit=110):
        return subprocess.run([CTL, "lab", *words], input=text, capture_output=True, text=True, timeout=patient(limit), env=self.environment, cwd=self.work)

    def good(self, *words, **more):
        result = self.ctl(*words, **more)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def own_lab(self, text=OWN):
        folder = os.path.join(self.work, "labs", "010_own_lab")
        os.makedirs(folder + "/sub", exist_ok=True)
        with open(folder + "/lab.md", "w", encoding="utf-8") as out:
            out.write(text)
        with open(folder + "/sub/frames.pcap", "wb") as out:
            out.write(CAPTURE)
        return folder

    def pack(self, name="s.rpack", *words):
        self.own_lab()
        self.good("pack", "labs", "--student", "--id", "net", "--title", "Networks", "--to", name, *words)
        return os.path.join(self.work, name)

    def doctored(self, *statements, name="evil.rpack", sealed=True):
        """A copy of a good pack on which these statements were run."""
        path = os.path.join(self.work, name)
        shutil.copy(self.pack(), path)
        self.doctor(path, *statements, sealed=sealed)
        return path

    def doctor(self, path, *statements, sealed=True):
        db = sqlite3.connect(path)
        for statement in statements:
            db.execute(*statement) if isinstance(statement, tuple) else db.executescript(statement)
        if sealed:
            db.execute("UPDATE pack SET seal = ?", [seal(db)])
        db.commit()
        db.close()

    def installed(self):
        return json.loads(self.good("packs", "--json"))["packs"]

    def refused(self, path, said, code=4):
        began = time.monotonic()
        result = self.ctl("install", path)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        self.assertRegex(result.stderr, said)
        self.assertLess(len(result.stderr), 2000)
        self.assertNotIn("\x1b", result.stderr + result.stdout)
        self.assertLess(time.monotonic() - began, patient(30))
        self.assertEqual(self.installed(), [])
        packs = os.path.join(self.data, "ringside", "packs")
        left = [name for _, _, names in os.walk(packs) for name in names if name != ".lock"]
        self.assertEqual(left, [])
        self.assertEqual(sorted(os.listdir(self.top)), ["data", "work"])
        return result.stderr


class HandOut(Packs):
    def test_a_pack_goes_from_teacher_to_student(self):
        path = self.pack()
        self.assertIn("installed", self.good("install", path))
        self.assertEqual([(p["id"], p["kind"], p["graded"], p["labs"]) for p in self.installed()], [("net", "student", False, ["own-lab"])])
        listed = self.good("list")
        self.assertLess(listed.index(LAB), listed.index("\nNetworks\n"))
        self.assertIn("net/own-lab", listed)
        self.assertEqual(json.loads(self.good("list", "capture", "--json"))["labs"][-1]["name"], "net/own-lab")
        self.assertIn("net/own-lab", self.good("list", "Networks"))
        self.assertNotIn("own-lab", self.good("list", "descriptor"))
        for name in ("own-lab", "net/own-lab", "net/10", "net/010_own_lab"):
            self.assertIn("A lab of one's own", self.good("show", name))
        shutil.rmtree(os.path.join(self.work, "labs"))  # its capture travels in the pack
        os.unlink(path)
        walked = self.good("run", "net/own-lab", "--student", "ada", text="\n1\n\n")
        self.assertIn("c1  pass", walked)
        self.assertIn("Right.", walked)
        rows = sqlite3.connect(os.path.join(self.data, "ringside", "progress.db")).execute("SELECT lab, hash FROM attempt").fetchall()
        self.assertEqual([row[0] for row in rows], ["net/own-lab"])
        self.assertIn("removed", self.good("remove", "net"))
        self.assertEqual(os.listdir(os.path.join(self.data, "ringside", "packs")), [".lock"])
        self.assertEqual(self.ctl("run", "net/own-lab").returncode, 4)
        self.assertEqual(self.ctl("remove", "net").returncode, 2)
        self.assertTrue(os.path.exists(os.path.join(self.data, "ringside", "progress.db")))  # answers stay

    def test_several_packs_stand_side_by_side_and_a_name_of_two_is_asked_back(self):
        for pack, title in (("one", "First class"), ("two", "Second class")):
            self.good("pack", "1", "--student", "--id", pack, "--title", title, "--to", pack + ".rpack")
            self.good("install", pack + ".rpack")
        both = self.ctl("run", LAB, "--solution")
        self.assertEqual(both.returncode, 4)
        for name in ("ringside", "one", "two"):
            self.assertIn(f"{name}/{LAB}", both.stderr)
            self.assertIn("Anatomy", self.good("show", f"{name}/{LAB}"))
        self.assertIn("Anatomy", self.good("show", "1"))
        seeds = set()
        for name in ("one", "two"):
            self.ctl("run", f"{name}/1", "--student", "ada", text=":quit\n")
        for lab, variant, seed in sqlite3.connect(os.path.join(self.data, "ringside", "progress.db")).execute("SELECT lab, variant, seed FROM attempt"):
            seeds.add(seed)
        self.assertEqual(len(seeds), 2)  # drawn by pack and student

    def test_another_edition_is_asked_for(self):
        first = self.pack()
        self.good("install", first)
        self.assertIn("already", self.good("install", first))
        self.own_lab(OWN.replace("How many frames came in?", "How many frames?"))
        self.good("pack", "labs", "--student", "--id", "net", "--title", "Networks", "--to", "later.rpack")
        other = self.ctl("install", "later.rpack")
        self.assertEqual(other.returncode, 4)
        self.assertIn("--replace", other.stderr)
        self.good("install", "later.rpack", "--replace")
        self.assertIn("installed already", self.good("install", "later.rpack"))
        for words, said in ((["--student", "--hints", "none"], "holds back other things"), (["--teacher"], "the student's")):
            self.good("pack", "labs", *words, "--id", "net", "--to", "other.rpack")
            self.assertIn(said, self.ctl("install", "other.rpack").stderr)
        self.assertEqual(len(self.installed()), 1)

    def test_what_cannot_be_handed_out_is_refused_to_its_author(self):
        self.own_lab(OWN.replace("switch add", "wire add name=w1 kind=tap:rs0\nswitch add"))
        result = self.ctl("pack", "labs", "--student", "--id", "net", "--to", "x.rpack")
        self.assertEqual(result.returncode, 4)
        self.assertRegex(result.stderr, r"010_own_lab/lab\.md:12: kind=tap:rs0 is not possible in a lab")
        self.own_lab(OWN.replace("sub/frames.pcap", os.path.join(self.work, "labs/010_own_lab/sub/frames.pcap")))
        self.assertIn("cannot go into a pack", self.ctl("pack", "labs", "--student", "--id", "net", "--to", "x.rpack").stderr)
        with open(os.path.join(self.work, "mine.md"), "w", encoding="utf-8") as mine:
            mine.write("what I have written")
        self.assertEqual(self.ctl("pack", "1", "--student", "--to", "mine.md").returncode, 2)
        with open(os.path.join(self.work, "mine.md"), encoding="utf-8") as mine:
            self.assertEqual(mine.read(), "what I have written")
        for words in (["pack", "1", "--to", "x"], ["pack", "1", "2", "--student", "--to", "x"], ["pack", "1", "--student", "--id", "a/b", "--to", "x"]):
            self.assertIn(self.ctl(*words).returncode, (2, 4))
        self.assertFalse(os.path.exists(os.path.join(self.work, "x")))

    def test_many_installed_at_once_all_arrive(self):
        self.own_lab()
        names = [f"class-{i}" for i in range(8)]
        for name in names:
            self.good("pack", "labs", "--student", "--id", name, "--to", name + ".rpack")
        running = [subprocess.Popen([CTL, "lab", "install", name + ".rpack"], stdout=subprocess.DEVNULL, env=self.environment, cwd=self.work) for name in names]
        self.assertEqual([process.wait(timeout=patient(60)) for process in running], [0] * len(names))
        self.assertEqual([pack["id"] for pack in self.installed()], names)

    def test_unlocking_opens_what_was_held_back_and_nothing_else(self):
        for kind in ("student", "teacher"):
            self.good("pack", "1", f"--{kind}", "--graded", "--id", "net", "--to", kind + ".rpack")
        self.good("pack", "--unlock", "teacher.rpack", "--to", "net.runlock")
        self.assertEqual(os.stat(os.path.join(self.work, "teacher.rpack")).st_mode & 0o77, 0)
        self.good("install", "student.rpack")
        self.assertIn("has no solution", self.ctl("run", "net/1", "--solution").stderr)
        self.good("remove", "net")
        self.assertEqual(self.ctl("install", "net.runlock").returncode, 4)  # nothing is installed that it opens
        self.good("install", "student.rpack")
        source = "SELECT source FROM lab"
        file = os.path.join(self.data, "ringside", "packs", "net.rpack")
        for path in (file, os.path.join(self.work, "student.rpack")):
            with open(path, "rb") as pack:
                content = pack.read()
            for held in (b"keeps one row back", b"Ask the room", b"None of them is special", b"never-paused", b"With {{short}} rows", b"With 8 rows",
                         b"has nowhere to go", b"It says what was missing"):
                self.assertNotIn(held, content)  # in no row, and in no page that no row uses
        self.assertIn("unlocked", self.good("install", "net.runlock"))
        opened = sqlite3.connect(file).execute(source).fetchone()[0]
        self.assertIn("keeps one row back", opened)
        for held in ("```solution", "```wrong", "Ask the room"):
            self.assertNotIn(held, opened)
        self.assertIn("already", self.good("install", "net.runlock"))
        self.assertIn("already", self.good("install", "student.rpack"))  # which does not lock it again
        # One that would change a word of the lab is none.
        shutil.copy(os.path.join(self.work, "net.runlock"), os.path.join(self.work, "evil.runlock"))
        self.doctor(os.path.join(self.work, "evil.runlock"), "UPDATE lab SET source = replace(source, 'The device owns the rows', 'The guest owns the rows')")
        self.good("install", "student.rpack", "--replace")
        self.assertRegex(self.ctl("install", "evil.runlock").stderr, "would change the lab")
        self.assertNotIn("keeps one row back", sqlite3.connect(file).execute(source).fetchone()[0])
        self.assertEqual(self.ctl("pack", "--unlock", "student.rpack", "--to", "x").returncode, 4)

    def test_older_schemas_are_read(self):
        """As a Ringside of schema 1 and 2 would have written them."""
        source = OWN.replace("pcap:sub/frames.pcap", "ring")
        tables = {1: "CREATE TABLE lab (id TEXT PRIMARY KEY, title TEXT, promise TEXT, minutes INTEGER, scaffold TEXT, cores INTEGER, kvm TEXT,"
                     " mem_mb INTEGER, next TEXT, file TEXT, hash TEXT, source TEXT)",
                  2: "CREATE TABLE lab (id TEXT PRIMARY KEY, number INTEGER, folder TEXT, block TEXT, title TEXT, promise TEXT, minutes INTEGER,"
                     " scaffold TEXT, cores INTEGER, kvm TEXT, mem_mb INTEGER, next TEXT, variants INTEGER, items INTEGER, hash TEXT, source TEXT)"}
        rows = {1: ["own-lab", "t", "p", 3, "worked", 1, "no", 64, "", "labs/010_own_lab/lab.md", "0123456789abcdef", source],
                2: ["own-lab", 10, "010_own_lab", "", "t", "p", 3, "worked", 1, "no", 64, "", 1, 2, "0123456789abcdef", source]}
        with open(os.path.join(ROOT, "labs", "pack.sql"), encoding="utf-8") as sql:
            packs = sql.read()
        for schema in (0, 1, 2):
            path = os.path.join(self.work, f"old{schema}.rpack")
            db = sqlite3.connect(path)
            db.executescript(tables[max(1, schema)] + ";" + packs)
            db.execute(f"INSERT INTO lab VALUES ({', '.join('?' * len(rows[max(1, schema)]))})", rows[max(1, schema)])
            db.execute("INSERT INTO pack VALUES (?, 'Old', 'teacher', 0, 'worked', 0, ?, ?, '', '')", [f"old{schema}", schema, "0" * 64])
            db.execute(f"PRAGMA user_version = {schema}")
            db.execute("UPDATE pack SET seal = ?", [seal(db)])
            db.commit()
            db.close()
            if schema == 0:
                self.refused(path, "too old")
                continue
            self.good("install", path)
            self.assertIn(f"old{schema}/own-lab", self.good("list"))
            self.assertIn("A lab of one's own", self.good("show", f"old{schema}/own-lab"))
            taken = self.ctl("run", f"old{schema}/own-lab", text=":quit\n")
            self.assertIn("A lab of one's own", taken.stdout, taken.stderr)

    def test_a_killed_install_leaves_the_old_state(self):
        first = self.pack()
        self.own_lab(OWN.replace("How many frames came in?", "How many frames?"))
        self.good("pack", "labs", "--student", "--id", "net", "--title", "Later", "--to", "later.rpack")
        self.good("install", first)
        began = time.monotonic()
        self.good("install", "later.rpack", "--replace")
        whole = time.monotonic() - began
        seen = set()
        for turn in range(40 * int(os.environ.get("RINGSIDE_TEST_EFFORT", "1"))):
            file = ("later.rpack", first)[turn % 2]
            with subprocess.Popen([CTL, "lab", "install", file, "--replace"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  env=self.environment, cwd=self.work) as process:
                time.sleep(random.random() * whole)
                process.send_signal(signal.SIGKILL)
            (pack,) = self.installed()
            seen.add(pack["title"])
            self.assertNotIn("damaged", pack)
            self.assertIn("net/own-lab", self.good("list"))
        self.assertEqual(seen, {"Networks", "Later"})
        self.good("install", first, "--replace")
        names = sorted(os.listdir(os.path.join(self.data, "ringside", "packs")))
        self.assertEqual(names, [".lock", "net.captures", "net.rpack"])
        self.assertEqual(len(os.listdir(os.path.join(self.data, "ringside", "packs", "net.captures"))), 1)

    def test_every_command_of_the_page_works(self):
        with open(os.path.join(ROOT, "docs", "packs.md"), encoding="utf-8") as page:
            text = page.read()
        lines = [line for block in re.findall(r"^```\n(.*?)^```$", text, re.S | re.M) for line in block.splitlines() if line.startswith("ringsidectl ")]
        self.assertGreater(len(lines), 8)
        for line in lines:
            words = shlex.split(line, comments=True)
            self.assertEqual(words[1], "lab", line)
            result = self.ctl(*words[2:], text=":quit\n")
            self.assertEqual(result.returncode, 0, line + "\n" + result.stdout + result.stderr)
        tail = [lab for lab in json.loads(self.good("list", "--json"))["labs"] if "pack" in lab]
        self.assertEqual(tail, [])  # the page removes what it has installed


class Hostile(Packs):
    def source(self, old, new):
        return ("UPDATE lab SET source = replace(source, ?, ?)", [old, new])

    def test_what_a_lab_may_not_do_is_refused_with_its_line(self):
        wire = "wire add name=w0 kind=pcap:sub/frames.pcap"
        for bad, said in ((f"wire add name=w0 kind=tap:rs_evil", "uses no network"),
                          ("wire add name=w0 kind=af_packet:lo", "uses no network"),
                          ("wire add name=w0 kind=pci:0000:00:03.0", "uses no network"),
                          (f"{wire} write={self.top}/stolen", "writes no files"),
                          ("wire add name=w0 kind=pcap:/etc/passwd", "no such file in its own folder"),
                          ("wire add name=w0 kind=pcap:../../../elsewhere/s.rpack", "no such file in its own folder")):
            said = self.refused(self.doctored(self.source(wire, bad)), said)
            self.assertIn("net/010_own_lab/lab.md:11:", said)
            self.assertIn("Nothing of it was run.", said)
        later = self.doctored(self.source("run until=idle", "wire add name=w9 kind=tap:rs_evil"))
        self.assertIn("lab.md:20:", self.refused(later, "uses no network"))
        self.assertNotIn("rs_evil", os.listdir("/sys/class/net"))

    def test_a_machine_that_is_too_large_is_refused(self):
        for many, said in ((10_000, "bytes; 262144 at most"), (5_000, "5004 commands; 2000 at most")):
            vms = "\n".join(f"vm add name=v{i} nic=e1000 switch=s0" for i in range(many))
            self.refused(self.doctored(self.source("run until=idle", vms)), said)
        some = "\n".join(f"vm add name=v{i} nic=e1000 switch=s0" for i in range(100))
        self.assertIn("lab.md:35:", self.refused(self.doctored(self.source("run until=idle", some)), "17 VMs; a lab may have 16"))
        self.refused(self.doctored(self.source("run until=idle", "send to=web count=10G")), "more than a lab may have")

    def test_it_is_asked_again_when_it_is_taken(self):
        self.good("install", self.pack())
        file = os.path.join(self.data, "ringside", "packs", "net.rpack")
        self.doctor(file, self.source("run until=idle", "vm pause name=web\nwire add name=w9 kind=tap:rs_evil"))
        result = self.ctl("run", "net/own-lab", text="\n\n")
        self.assertEqual(result.returncode, 4)
        self.assertRegex(result.stderr, r"net/010_own_lab/lab\.md:21: kind=tap:rs_evil is not possible")
        self.assertEqual(result.stdout, "")  # nothing of it ran
        self.assertNotIn("rs_evil", os.listdir("/sys/class/net"))
        self.doctor(file, self.source("\nwire add name=w9 kind=tap:rs_evil", ""), "UPDATE pack SET seal = '../../../../stolen'", sealed=False)
        self.assertEqual(self.ctl("run", "net/own-lab", text="\n\n").returncode, 4)  # its captures would go there
        self.assertEqual(sorted(os.listdir(self.top)), ["data", "work"])
        self.assertEqual(sorted(os.listdir(self.data)), ["ringside"])
        self.assertNotIn("stolen", [name for _, names, _ in os.walk(self.top) for name in names])
        with open(file, "r+b") as out:
            out.seek(5000)
            out.write(bytes(9000))
        self.assertIn(self.ctl("run", "net/own-lab").returncode, (3, 4))
        self.assertIn(LAB, self.good("list"))

    def test_programs_in_a_schema_are_not_run(self):
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        for statements, said in (
                ([f"DROP TABLE lab; CREATE VIEW lab AS {endless} SELECT i AS id, i AS folder, i AS hash, i AS source, i AS number FROM n"], "view `lab`"),
                ([f"CREATE VIEW more AS {endless} SELECT count(*) FROM n"], "view `more`"),
                (["CREATE TRIGGER t AFTER INSERT ON lab BEGIN DELETE FROM lab; END;"], "trigger `t`"),
                (["CREATE VIRTUAL TABLE v USING fts5(text)"], "virtual table `v`"),
                (["CREATE INDEX i ON lab (length(source))"], "index `i`"),
                (["DROP TABLE capture; CREATE TABLE capture (lab TEXT, name TEXT, bytes BLOB AS (zeroblob(1000000000)))"], "computes some")):
            with self.subTest(said=said):
                self.refused(self.doctored(*statements, sealed=False), said)
        rows = ("WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 300) "
                "INSERT INTO lab SELECT 'x' || value, 0, '', '', '', '', 1, 'worked', 1, 'no', 1, '', 1, 1, hash, replace(source, 'own-lab', 'x' || value) FROM n, lab")
        self.refused(self.doctored(rows, sealed=False), "more than 100 labs")

    def test_what_is_too_large_is_refused(self):
        path = self.pack("huge.rpack")
        with open(path, "r+b") as out:
            out.truncate(1 << 30)  # a sparse file
        self.refused(path, "has 1024 MiB; a pack has at most 192")
        for size in (100_000_000, 5_000_000):
            self.refused(self.doctored(("UPDATE lab SET source = source || ?", ["a " * (size // 2)]), sealed=False), "too long|bytes; 262144 at most")
        self.refused(self.doctored(("UPDATE capture SET bytes = zeroblob(80000000)",), sealed=False), "too long")
        self.refused(self.doctored(self.source("minutes = 3\n", "minutes = 3\nvariant = [" + "{a = 1}," * 257 + "]\n")), "257 variants; 256 at most")

    def test_what_is_no_pack_is_said(self):
        path = self.pack()
        with open(path, "rb") as pack:
            whole = pack.read()
        for size in (0, 50, 100, 4096, len(whole) // 2, len(whole) - 1):
            with open(os.path.join(self.work, "cut.rpack"), "wb") as out:
                out.write(whole[:size])
            self.refused(os.path.join(self.work, "cut.rpack"), "does not begin as one|cut off")
        with open(os.path.join(self.work, "magic.rpack"), "wb") as out:
            out.write(b"PK\x03\x04" + whole[4:])
        self.refused(os.path.join(self.work, "magic.rpack"), "does not begin as one")
        dice = random.Random(7)
        for _ in range(30):
            spoilt = bytearray(whole)
            for _ in range(20):
                spoilt[dice.randrange(100, len(whole))] ^= dice.randrange(1, 256)
            with open(os.path.join(self.work, "spoilt.rpack"), "wb") as out:
                out.write(spoilt)
            result = self.ctl("install", "spoilt.rpack")
            if result.returncode == 0:  # all of it fell on what no row uses
                self.good("remove", "net")
            else:
                self.assertEqual(result.returncode, 4, result.stderr)
        self.refused(self.doctored("PRAGMA user_version = 9", sealed=False), "newer Ringside \\(schema 9; this one knows 3\\)")
        self.refused(self.doctored("UPDATE lab SET source = source || 'x'", sealed=False), "seal does not fit")
        self.refused(os.path.join(self.work, "none.rpack"), "no such file")
        self.refused("/dev/zero", "This is no file")
        self.refused(os.path.dirname(path), "This is no file")
        os.mkfifo(os.path.join(self.work, "fifo"))
        self.refused(os.path.join(self.work, "fifo"), "This is no file")
        self.refused(os.path.join(os.path.dirname(CTL), "..", "labs", "labs.db"), "no pack")

    def test_names_lead_nowhere_and_move_no_cursor(self):
        for statement, said in ((("UPDATE capture SET name = '../../../../stolen'",), "leads elsewhere"),
                                (("UPDATE capture SET name = ?", [os.path.join(self.top, "stolen")]), "leads elsewhere"),
                                (("UPDATE capture SET name = ?", ["sub/\x1b]0;x\x07"]), "leads elsewhere"),
                                (("UPDATE pack SET id = '../net'",), "id is no name"),
                                (("UPDATE pack SET id = 'ringside'",), "id is no name"),
                                (("UPDATE pack SET id = ?", ["net\x1b[2J"]), "id is no name"),
                                (("UPDATE pack SET title = ?", ["Networks\x1b[31m\u202e"]), "title is none"),
                                (("UPDATE pack SET title = ?", ["x" * 101]), "title is none"),
                                (("UPDATE lab SET folder = '../../x'",), "no proper name")):
            with self.subTest(statement=statement):
                self.refused(self.doctored(statement), said)
        shown = self.doctored(self.source("A lab of one's own", "A \x1b[31mlab"), ("UPDATE lab SET title = ?", ["A \x1b[31mlab"]))
        self.ctl("install", shown)
        for words in (["list"], ["show", "net/own-lab"], ["run", "net/own-lab"]):
            result = self.ctl(*words, text=":quit\n")
            self.assertNotIn("\x1b", result.stdout + result.stderr)


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
