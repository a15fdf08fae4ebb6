#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What Ringside writes: no file of anybody is harmed, and what could not be written is said, counted and answered."""

import json
import os
import struct
import subprocess
import tempfile
import unittest

CTL = os.path.realpath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ASSETS = os.path.realpath("assets")
FRAME = bytes.fromhex("02000000000102000000aa0188b5") + bytes(486)


def ctl(*words, text=None, folder=None, **more):
    return subprocess.run([CTL, *words], input=text, stderr=subprocess.PIPE, text=True, timeout=100, cwd=folder,
                          **{"stdout": subprocess.PIPE, **more})


def capture(frames):
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1) + (struct.pack("<IIII", 1, 0, 500, 500) + FRAME) * frames


def records(content):
    """How many whole records a capture has, and whether it ends with one."""
    at, count = 24, 0
    while at + 16 <= len(content) and at + 16 + struct.unpack_from("<I", content, at + 8)[0] <= len(content):
        at += 16 + struct.unpack_from("<I", content, at + 8)[0]
        count += 1
    return count, at == len(content)


class Files(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = os.path.realpath(self.temporary.name)
        self.put("in.pcap", capture(10))

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)

    def content(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def scenario(self, *keys, mode="free until=idle"):
        text = ""
        for i, key in enumerate(keys):
            text += f"wire add name=w{i} kind=pcap:in.pcap {key}\nswitch add name=s{i} uplink=w{i}\n"
            text += f"vm add name=vm{i} nic=e1000 switch=s{i} mac=02:00:00:00:00:0{i + 1} workload=forward\n"
        return text + f"run mode={mode}\n"

    def run_wires(self, *keys, mode="free until=idle", **more):
        return ctl("run", "-", "--json", text=self.scenario(*keys, mode=mode), folder=self.folder, **more)

    def refused(self, *keys, word):
        result = self.run_wires(*keys)
        self.assertIn(result.returncode, (3, 4), result.stdout)
        self.assertIn(word, result.stderr)
        self.assertIn("No line of this file was applied", result.stderr)

    def test_what_leaves_is_written(self):
        for mode in ("free until=idle", "stepped until=idle"):
            name = mode[:4] + ".pcap"
            self.assertEqual(self.run_wires("write=" + name, mode=mode).returncode, 0)
            self.assertEqual(records(self.content(name)), (10, True))

    def test_a_wire_does_not_write_what_it_or_another_one_reads(self):
        os.link(self.path("in.pcap"), self.path("other-name.pcap"))
        os.symlink("in.pcap", self.path("link.pcap"))
        for name in ("in.pcap", "./in.pcap", "other-name.pcap", "link.pcap"):
            for more in ("", " overwrite=yes"):
                self.refused("write=" + name + more, word="plays")
                self.refused("", "write=" + name + more, word="plays")
        self.assertEqual(self.content("in.pcap"), capture(10))

    def test_two_wires_do_not_write_one_file(self):
        for more in ("", " overwrite=yes"):
            self.refused("write=out.pcap" + more, "write=out.pcap" + more, word="is the file that wire w0 writes")
            self.assertFalse(os.path.exists(self.path("out.pcap")))  # the first wire never ran

    def test_a_wire_does_not_play_what_another_one_writes(self):
        text = "wire add name=w1 kind=pcap:out.pcap\n"
        result = ctl("run", "-", text="wire add name=w0 kind=pcap:in.pcap write=out.pcap\n" + text + "run mode=free for=1ms\n", folder=self.folder)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("is being written by wire w0", result.stderr)

    def test_a_file_that_is_there_is_kept_unless_told(self):
        self.put("mine.txt", b"precious")
        self.refused("write=mine.txt", word="exists already")
        self.refused("write=mine.txt overwrite=yes", word="is not a capture: it is not replaced")
        self.assertEqual(self.content("mine.txt"), b"precious")
        self.put("old.pcap", capture(3))
        self.refused("write=old.pcap", word="exists already")
        os.link(self.path("old.pcap"), self.path("its other name"))
        self.assertEqual(self.run_wires("write=old.pcap overwrite=yes").returncode, 0)
        self.assertEqual(records(self.content("old.pcap")), (10, True))
        self.assertEqual(self.content("its other name"), capture(3))

    def test_no_link_is_followed(self):
        self.put("mine.txt", b"precious")
        os.symlink("mine.txt", self.path("link"))
        os.symlink("nowhere", self.path("dangling"))
        os.mkdir(self.path("folder"))
        os.symlink("folder", self.path("way"))
        for more in ("", " overwrite=yes"):
            for name in ("link", "dangling", "way/out.pcap"):
                self.refused(f"write={name}{more}", word="link")
        self.assertEqual(self.content("mine.txt"), b"precious")
        self.assertTrue(os.path.islink(self.path("link")))
        self.assertEqual(os.listdir(self.path("folder")), [])
        self.assertFalse(os.path.exists(self.path("nowhere")))

    def test_only_regular_files_are_replaced(self):
        os.mkfifo(self.path("pipe"))
        for name in ("pipe", "/dev/full", "."):
            for more in ("", " overwrite=yes"):
                self.refused(f"write={name}{more}", word="not a regular file" if name != "." else "folder")

    def test_a_wire_that_never_ran_leaves_no_file(self):
        self.assertEqual(self.run_wires("write=a.pcap", "write=no/such/folder.pcap").returncode, 3)
        self.assertFalse(os.path.exists(self.path("a.pcap")))

    def test_a_full_disk_is_noticed(self):
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
            self.skipTest("a small disk needs root and a mount namespace")
        self.put("in.pcap", capture(1000))
        os.mkdir(self.path("disk"))
        small = 'mount -t tmpfs -o size=100k none disk && { "$@"; code=$?; cp disk/out.pcap "$0"; exit $code; }'
        for mode in ("free until=idle", "stepped until=idle"):
            name = mode[:4] + ".pcap"
            result = subprocess.run(["unshare", "-m", "sh", "-c", small, name, CTL, "run", "-", "--json"], capture_output=True, text=True,
                                    timeout=100, cwd=self.folder, input=self.scenario("write=disk/out.pcap rate=50kpps", mode=mode))
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertIn("Wire w0: disk/out.pcap could not be written to its end: No space left on device", result.stderr)
            answer = json.loads(result.stdout)
            values = {probe["name"]: probe["value"] for probe in answer["probes"]}
            written, whole = records(self.content(name))
            self.assertTrue(whole and 150 < written < 250, written)
            self.assertEqual(values["w0.frames_out"], written)
            self.assertEqual(values["w0.bytes_out"], written * 500)
            self.assertEqual(values["w0.dropped.not_written"], values["vm0.nic0.tx.fetched"] - written)
            self.assertGreater(values["w0.dropped.not_written"], 0)
            self.assertTrue(answer["balance_holds"])
            self.assertIn("could not be written", answer["wires"][0]["fault"])


class Printed(unittest.TestCase):
    def test_a_full_stdout_is_an_error_of_each_command(self):
        environment = {**os.environ, "RINGSIDE_ASSETS": ASSETS}
        text = ("wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=forward\n"
                "send to=web count=2\nrun mode=stepped until=idle\n")
        for words in (["run", "-"], ["run", "-", "--json"], ["step", "-"], ["step", "-", "--json"], ["exits", "-"], ["exits", "-", "--json"],
                      ["show", "commands"], ["show", "commands", "--json"], ["show", "probes", "-"], ["show", "scenarios"],
                      ["show", "registers", "e1000"], ["lab", "list"], ["doctor"], ["--help"], ["--version"]):
            with open("/dev/full", "w") as full:
                result = ctl(*words, text=text, stdout=full, env=environment)
            self.assertEqual(result.returncode, 3, (words, result.stderr))
            self.assertIn("could not be written", result.stderr, words)

    def test_a_reader_that_went_away_is_no_error_worth_a_word(self):
        environment = {**os.environ, "RINGSIDE_ASSETS": ASSETS}
        reader, writer = os.pipe()
        os.close(reader)
        result = ctl("show", "commands", stdout=writer, env=environment)
        os.close(writer)
        self.assertEqual((result.returncode, result.stderr), (128 + 13, ""))


if __name__ == "__main__":
    unittest.main()
