#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a command writes takes the place of its own kind only: whatever else a user's hand or a shell's * names is whole afterwards."""

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import threading
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(__file__))
from grade_ctl_test import ASSETS, CTL, Class  # noqa: E402
from patience import patient  # noqa: E402

# A /dev of its own: what goes wrong there harms no machine.
OWN_DEV = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs none /dev && ln -s /proc/self/fd/1 /dev/stdout && "$@"; code=$?; [ -L /dev/stdout ] || exit 99; exit $code', "sh")
OPTIONS = ("--csv", "--answers", "--junit", "--json", "--html")


def everything(folder):
    """Each name in a folder, what kind of thing it is and what is in it."""
    there = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            there[name] = os.readlink(path)
        elif stat.S_ISREG(kind):
            with open(path, "rb") as file:
                there[name] = hashlib.sha256(file.read()).hexdigest()
        else:
            there[name] = stat.S_IFMT(kind)
    return there


class Outputs(Class):
    def untouched(self, *words, says="", code=2):
        before = everything(self.work)
        result = self.ctl(*words)
        self.assertEqual(result.returncode, code, (words, result.stdout, result.stderr))
        self.assertEqual(everything(self.work), before, words)
        self.assertIn(says, result.stderr, words)
        self.assertEqual(result.stderr.count("\n"), 3, result.stderr)  # what, what is unchanged, what to do

    def lay(self, name, text):
        with open(self.at(name), "w", encoding="utf-8") as out:
            out.write(text)

    def text(self, name):
        with open(self.at(name), encoding="utf-8") as file:
            return file.read()

    def grade(self, *words):
        return ("grade", "--no-replay", *words)


class Reports(Outputs):
    def test_what_is_read_or_kept_is_never_replaced(self):
        os.symlink("ada.rsub", self.at("link.csv"))
        os.link(self.at("ada.rsub"), self.at("second.csv"))
        os.rename(self.at("ben.rsub"), self.at("ben.csv"))
        self.good(*self.grade("ada.rsub", "--merge", "book.csv"))
        for option in OPTIONS:
            self.untouched(*self.grade("ada.rsub", option, "ada.rsub"), says="ada.rsub: " + option + " would go to a hand-in that is graded")
        for name, why in {"link.csv": "a hand-in", "second.csv": "a hand-in", "ben.csv": "a database", "book.csv": "a database", "ben.rsub": "what is called as a hand-in",
                          "net.rpack": "what is called as a hand-in or a pack", ".": "This is a folder", "none/a.csv": "There is no such folder"}.items():
            self.untouched(*self.grade("ada.rsub", "--csv", name), says=why)
        # An absent gradebook is one, too; and so are the files that stand beside it.
        for name in ("new.db", "new.db-journal", "new.db-wal", "./new.db"):
            self.untouched(*self.grade("ada.rsub", "--merge", "new.db", "--csv", name), says="would go to the gradebook")
        self.untouched(*self.grade("ada.rsub", "--merge", "book.csv", "--csv", "book.csv"), says="would go to the gradebook")

    def test_two_texts_never_share_a_place(self):
        os.symlink(".", self.at("again"))
        for first, second in (("x", "x"), ("x", "./x"), ("x", "again/x")):
            self.untouched(*self.grade("ada.rsub", "--csv", first, "--json", second), says="--json would go to the same file as --csv")
        self.untouched(*self.grade("ada.rsub", "--csv", "-", "--json", "-"), says="--csv does already")
        self.untouched("--json", *self.grade("ada.rsub", "--csv", "-"), says="Two would go to standard output")

    def test_a_plain_text_is_replaced_and_no_file_beside_it(self):
        self.lay("a.csv", "old")
        self.lay("a.csv.new", "mine")
        os.symlink("ben.rsub", self.at("b.csv.new"))
        before = everything(self.work)
        for name in ("a.csv", "b.csv"):
            self.good(*self.grade("ada.rsub", "--csv", name))
            self.assertIn("ada", self.text(name))
        after = everything(self.work)
        self.assertEqual({name: after.pop(name) for name in ("a.csv", "b.csv")}.keys(), {"a.csv", "b.csv"})
        before.pop("a.csv")
        self.assertEqual(after, before)

    def test_pipes_and_devices_are_written_to_and_stay(self):
        os.mkfifo(self.at("pipe"))
        self.untouched(*self.grade("ada.rsub", "--csv", "pipe"), says="--csv would go to a pipe that nobody reads")
        heard = []
        reader = threading.Thread(target=lambda: heard.append(self.text("pipe")), daemon=True)
        csv = self.good(*self.grade("ada.rsub", "--csv", "-"))
        self.assertIn("ada", csv)
        # Opened for both, so that whoever comes first need not wait; the reader ends when all writers have.
        both = os.open(self.at("pipe"), os.O_RDWR)
        reader.start()
        while not os.path.exists(f"/proc/self/task/{reader.native_id}"):
            pass
        self.good(*self.grade("ada.rsub", "--csv", "pipe"))
        os.close(both)
        reader.join(patient(60))
        self.assertEqual(heard, [csv])
        self.assertTrue(stat.S_ISFIFO(os.stat(self.at("pipe")).st_mode))

    def test_dev_stdout_is_standard_output_and_stays_what_it_is(self):
        if subprocess.run([*OWN_DEV, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no mount namespaces here")
        words = [*OWN_DEV, CTL, *self.grade("ada.rsub", "--csv", "/dev/stdout")]
        with open(self.at("out.csv"), "w", encoding="utf-8") as out:  # a plain file behind it, and a pipe
            self.assertEqual(subprocess.run(words, cwd=self.work, env=self.environment, stdout=out, timeout=patient(60), check=False).returncode, 0)
        piped = subprocess.run(words, cwd=self.work, env=self.environment, capture_output=True, text=True, timeout=patient(60), check=False)
        self.assertEqual((piped.returncode, piped.stdout), (0, self.good(*self.grade("ada.rsub", "--csv", "-"))), piped.stderr)
        self.assertEqual(self.text("out.csv"), piped.stdout)

    def test_a_device_without_room_stays_a_device(self):
        try:
            os.mknod(self.at("full"), 0o600 | stat.S_IFCHR, os.makedev(1, 7))
            with open(self.at("full"), "rb"):
                pass
        except OSError:
            self.skipTest("devices can be made by root only, and not everywhere")
        self.lay("a.csv", "old")
        self.untouched(*self.grade("ada.rsub", "--csv", "a.csv", "--json", "full"), says="full: This cannot be written: No space left on device.", code=3)

    def test_junit_is_xml_whatever_a_student_is_called(self):
        odd = "ada\ufffe\uffff\x01\x0b\x7f\x85\ud7ff\ue000\ufffd\U0001ffff"
        self.changed("odd.rsub", f"UPDATE answer SET value = '{odd}'")
        self.good(*self.grade("odd.rsub", "--junit", "a.xml"))
        self.assertIn("\\ufffe\\uffff", self.text("a.xml"))
        xml.etree.ElementTree.parse(self.at("a.xml"))

    def test_a_file_name_is_one_line(self):
        name = "a\nb\x1b[31m.rsub"
        self.lay(name, "none")
        for words in ((name,), (name, "--csv", "x\ny/z"), ("ada.rsub", "--csv", name), ("ada.rsub", "--merge", name), ("ada.rsub", "--pack", name)):
            result = self.ctl(*self.grade(*words))
            self.assertNotEqual(result.returncode, 0, words)
            self.assertNotIn("\nb", result.stderr + result.stdout)
            self.assertIn("\\x0a", result.stderr, words)
        for words in (("lab", "build", "1", "--to", name), ("lab", "install", name), ("run", name), ("lab", "run", "1", "--progress", name)):
            result = self.ctl(*words)
            self.assertNotEqual(result.returncode, 0, words)
            self.assertNotIn("\nb", result.stderr + result.stdout)
            self.assertIn("\\x0a", result.stderr, words)


class Files(Outputs):
    def test_compiled_labs_replace_compiled_labs_only(self):
        self.lay("labs.db.new", "mine")
        self.good("lab", "build", "1", "--to", "labs.db")
        self.good("lab", "build", "2", "--to", "labs.db")
        self.assertEqual(self.text("labs.db.new"), "mine")
        self.good("lab", "pack", "1", "--id", "net", "--title", "Net", "--teacher", "--to", "net.rpack")
        shutil.copy(os.path.join(self.made, "ada-1.db"), self.at("progress.db"))
        self.lay("text", "mine")
        os.symlink("labs.db", self.at("link"))
        os.mkfifo(self.at("pipe"))
        for name in ("ada.rsub", "net.rpack", "progress.db", "text"):
            self.untouched("lab", "build", "1", "--to", name, says=name + ": There is a file of this name, and it is no file of compiled labs.", code=4)
        self.untouched("lab", "build", "1", "--to", "link", says="This is a link", code=4)
        self.untouched("lab", "build", "1", "--to", "pipe", says="This is a pipe", code=4)

    def test_a_recording_replaces_a_recording_only(self):
        self.lay("text", "mine")
        os.mkfifo(self.at("pipe"))
        for name in ("ada.rsub", "text"):
            self.untouched("lab", "record", "1", "--to", name, says=name + ": There is a file of this name, and it is no recording.")
        self.untouched("lab", "record", "1", "--to", "pipe", says="This is a pipe")
        self.good("lab", "record", "1", "--any", "--to", "a.json")
        self.good("lab", "record", "1", "--any", "--to", "a.json")

    def test_a_pack_replaces_a_pack_and_not_the_one_it_is_made_of(self):
        make = ("lab", "pack", "1", "--id", "net", "--title", "Net")
        self.lay("net.rpack.new", "mine")
        self.good(*make, "--teacher", "--to", "net.rpack")
        self.good(*make, "--teacher", "--to", "net.rpack")
        self.assertEqual(self.text("net.rpack.new"), "mine")
        os.symlink("net.rpack", self.at("link"))
        self.untouched(*make, "--student", "--to", "ada.rsub", says="it is no pack")
        self.untouched(*make, "--student", "--to", "link", says="This is a link")
        self.untouched("lab", "pack", "--unlock", "net.rpack", "--to", "net.rpack", says="This is the teacher's pack, which you unlock with.")

    def test_what_is_kept_for_long_is_a_plain_file(self):
        os.mkfifo(self.at("pipe"))
        os.mkdir(self.at("folder"))
        names = ["pipe", "folder"]
        with contextlib.suppress(OSError):  # /dev/null as root may make it, where SQLite left null-journal
            os.mknod(self.at("null"), 0o600 | stat.S_IFCHR, os.makedev(1, 3))
            names.append("null")
        for name in names:
            self.untouched(*self.grade("ada.rsub", "--merge", name), says=name + ": This is no plain file, so no grade would be kept.", code=4)
            before = everything(self.work)
            result = self.ctl("lab", "hand-in", "--progress", name)
            self.assertEqual(result.returncode, 1, result.stdout)
            self.assertIn(name + ": This is no plain file, so no answer would be kept.", result.stderr)
            self.assertEqual(everything(self.work), before)

    def test_a_hand_in_leaves_a_strangers_file_alone(self):
        self.lay("ada.rsub.new", "mine")
        self.lay("ada.rsub.new-journal", "mine")
        progress = "progress.db"
        shutil.copy(os.path.join(self.made, "ada-1.db"), self.at(progress))
        hand_in = ("lab", "hand-in", "--student", "ada", "--progress", progress, "--to")
        self.good(*hand_in, "ada.rsub")
        self.assertEqual((self.text("ada.rsub.new"), self.text("ada.rsub.new-journal")), ("mine", "mine"))
        os.symlink("ada.rsub", self.at("link"))
        os.mkfifo(self.at("pipe"))
        self.untouched(*hand_in, "link", says="This is a link", code=1)
        self.untouched(*hand_in, "pipe", says="This is a pipe", code=1)
        self.untouched(*hand_in, progress, says="There is another file of this name.", code=1)


if __name__ == "__main__":
    unittest.main()
