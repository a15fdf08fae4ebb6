#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What captures people have, and what a pcap wire makes of each: libpcap's reading is the truth, and its reason is shown."""

import json
import os
import struct
import subprocess
import tempfile
import unittest

CTL = os.path.realpath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
TO, FROM = bytes.fromhex("020000000001"), bytes.fromhex("02000000aa01")
ETHERNET, COOKED, WIFI = 1, 113, 105


def frame(size, tag=b""):
    return (TO + FROM + tag + b"\x88\xb5" + bytes(size))[:size]


def head(order="<", magic=0xA1B2C3D4, version=(2, 4), snap=262144, link=ETHERNET):
    return struct.pack(order + "IHHiIII", magic, *version, 0, 0, snap, link)


def record(data, order="<", seconds=1, fraction=0, on_wire=None):
    return struct.pack(order + "IIII", seconds, fraction, len(data), len(data) if on_wire is None else on_wire) + data


def block(kind, body, order="<"):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def section(order="<", version=1):
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, version, 0, -1), order)


def interface(link=ETHERNET, snap=0, order="<"):
    return block(1, struct.pack(order + "HHI", link, 0, snap), order)


def packet(data, number=0, order="<"):
    return block(6, struct.pack(order + "IIIII", number, 0, 0, len(data), len(data)) + data, order)


class Captures(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_capture(self, content, keys="", mode="free until=idle"):
        with open(os.path.join(self.folder.name, "c.pcap"), "wb") as file:
            file.write(content)
        text = (f"wire add name=w0 kind=pcap:c.pcap {keys}\nswitch add name=s0 uplink=w0\n"
                f"vm add name=web nic=e1000 switch=s0 mac=02:00:00:00:00:01 jumbo=yes workload=sink\nrun mode={mode}\n")
        return subprocess.run([CTL, "run", "-", "--json"], input=text, capture_output=True, text=True, timeout=100, cwd=self.folder.name)

    def test_names_begin_at_the_scenarios_own_file(self):
        lesson = os.path.join(self.folder.name, "lesson")
        os.mkdir(lesson)
        with open(os.path.join(lesson, "c.pcap"), "wb") as file:
            file.write(head() + record(frame(60)))
        with open(os.path.join(lesson, "play.scn"), "w") as file:
            file.write("wire add name=w0 kind=pcap:c.pcap write=out.pcap\nswitch add name=s0 uplink=w0\n"
                       "vm add name=web nic=e1000 switch=s0 mac=02:00:00:00:00:01 workload=forward\nrun mode=free until=idle\n")
        for at, path in ((self.folder.name, "lesson/play.scn"), (lesson, "play.scn"), ("/", os.path.join(lesson, "play.scn"))):
            result = subprocess.run([CTL, "run", path, "--json"], capture_output=True, text=True, timeout=100, cwd=at)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue(os.path.exists(os.path.join(lesson, "out.pcap")), at)
            os.unlink(os.path.join(lesson, "out.pcap"))
        # What stands there already is refused by the same name, and an absolute name is what it says.
        with open(os.path.join(lesson, "out.pcap"), "w") as file:
            file.write("mine")
        result = subprocess.run([CTL, "run", "lesson/play.scn"], capture_output=True, text=True, timeout=100, cwd=self.folder.name)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("lesson/out.pcap", result.stderr)
        text = f"wire add name=w0 kind=pcap:{lesson}/c.pcap\nswitch add name=s0 uplink=w0\nrun mode=free until=idle\n"
        with open(os.path.join(self.folder.name, "far.scn"), "w") as file:
            file.write(text)
        self.assertEqual(subprocess.run([CTL, "run", "far.scn"], capture_output=True, timeout=100, cwd=self.folder.name).returncode, 0)

    def test_a_folder_that_is_named_through_a_link_is_what_it_is(self):
        real = os.path.join(self.folder.name, "real")
        for name in ("lesson", "captures"):
            os.makedirs(os.path.join(real, name))
        with open(os.path.join(real, "captures", "c.pcap"), "wb") as file:
            file.write(head() + record(frame(60)))
        with open(os.path.join(real, "lesson", "play.scn"), "w") as file:
            file.write("wire add name=w0 kind=pcap:../captures/c.pcap write=out.pcap\nswitch add name=s0 uplink=w0\n"
                       "vm add name=web nic=e1000 switch=s0 mac=02:00:00:00:00:01 workload=forward\nrun mode=free until=idle\n")
        os.mkdir(os.path.join(self.folder.name, "captures"))  # where ".." leads by its letters
        os.symlink("real/lesson", os.path.join(self.folder.name, "alias"))
        os.symlink("real", os.path.join(self.folder.name, "house"))
        for path in ("alias/play.scn", "house/lesson/play.scn", os.path.join(self.folder.name, "alias/play.scn")):
            result = subprocess.run([CTL, "run", path, "--json"], capture_output=True, text=True, timeout=100, cwd=self.folder.name)
            self.assertEqual(result.returncode, 0, path + ": " + result.stderr)
            os.unlink(os.path.join(real, "lesson", "out.pcap"))
        # What the line itself names is written through no link.
        os.symlink("../captures", os.path.join(real, "lesson", "out"))
        with open(os.path.join(real, "lesson", "play.scn")) as file:
            text = file.read().replace("write=out.pcap", "write=out/out.pcap")
        with open(os.path.join(real, "lesson", "play.scn"), "w") as file:
            file.write(text)
        result = subprocess.run([CTL, "run", "alias/play.scn"], capture_output=True, text=True, timeout=100, cwd=self.folder.name)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("is a link", result.stderr)

    def test_the_shipped_capture_is_found_wherever_one_stands(self):
        result = subprocess.run([CTL, "run", "capture.scn"], capture_output=True, text=True, timeout=100, cwd="/")
        self.assertEqual(result.returncode, 0, result.stderr)

    def played(self, content, keys="", mode="free until=idle"):
        result = self.run_capture(content, keys, mode)
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertTrue(answer["balance_holds"])
        self.values = {probe["name"]: probe["value"] for probe in answer["probes"]}
        self.wire = answer.get("wires", [{"note": ""}])[0]
        return self.values["w0.frames_in"]

    def refused(self, content, *words, keys=""):
        result = self.run_capture(content, keys, "free for=100ms")
        self.assertNotEqual(result.returncode, 0, result.stdout)
        self.assertIn("line 1", result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_another_link_type_is_refused_in_either_byte_order(self):
        for order in "<>":
            for link in (COOKED, WIFI):
                self.refused(head(order, link=link) + record(frame(60), order), "not captured on Ethernet", str(link))
                self.refused(section(order) + interface(link, order=order) + packet(frame(60), order=order), "not captured on Ethernet", str(link))

    def test_a_link_type_beyond_16_bits_is_none(self):
        self.refused(head(link=0x00010001) + record(frame(60)), "c.pcap")

    def test_bits_that_tell_the_length_of_the_check_sequence_are_legal_and_it_is_taken_off(self):
        with_fcs = head(link=0x24000001) + record(frame(60) + b"\x01\x02\x03\x04") + record(frame(100) + b"\x01\x02\x03\x04")
        self.assertEqual(self.played(with_fcs), 2)
        self.assertEqual(self.values["w0.bytes_in"], 160)

    def test_both_byte_orders_and_resolutions_and_both_formats_are_played(self):
        for order in "<>":
            for magic in (0xA1B2C3D4, 0xA1B23C4D):
                self.assertEqual(self.played(head(order, magic) + record(frame(60), order) * 3), 3)
            self.assertEqual(self.played(section(order) + interface(order=order) + packet(frame(60), order=order) * 3), 3)

    def test_the_readers_own_reason_is_shown(self):
        self.refused(head(version=(1, 0)) + record(frame(60)), "archaic")
        self.refused(head(version=(99, 0)) + record(frame(60)), "99")
        self.refused(section(version=2) + interface() + packet(frame(60)), "version")
        self.refused(b"this is a text and no capture", "format")
        self.refused(head()[:20], "truncated")
        self.refused(head() + record(frame(60)) * 2 + record(frame(60))[:30], "behind frame 2", "truncated", "editcap")

    def test_a_capture_that_breaks_in_its_middle_is_refused_before_anything_is_built(self):
        two_lengths = section() + interface(snap=96) + interface(snap=262144) + packet(frame(60)) + packet(frame(60), 1) * 2
        for keys in ("", "loop=yes rate=1kpps"):
            self.refused(two_lengths, "snapshot length", keys=keys)

    def test_a_frame_that_is_too_long_is_dropped_by_name_and_the_others_are_played(self):
        tag = b"\x81\x00\x00\x07"
        content = head() + b"".join(record(f) for f in (frame(60), frame(9019), frame(64000), frame(9018), frame(9022, tag), frame(60)))
        for mode in ("free until=idle", "stepped until=idle"):
            self.assertEqual(self.played(content, mode=mode), 6)
            self.assertEqual(self.values["w0.dropped.oversize"], 2)
            self.assertIn("2 of 6 frames are longer than 9018 bytes", self.wire["note"])

    def test_a_long_frame_can_be_played_again_and_again(self):
        self.assertGreater(self.played(head() + record(frame(9018)) + record(frame(60)), "loop=yes rate=10kpps", "stepped for=2ms"), 10)

    def test_frames_that_a_snap_length_cut_are_told(self):
        self.assertEqual(self.played(head(snap=60) + record(frame(60), on_wire=1514) * 5), 5)
        self.assertEqual(self.wire["note"], "5 of 5 frames were cut when captured")
        self.played(head() + record(frame(60)) + record(frame(60), on_wire=61))
        self.assertEqual(self.wire["note"], "1 of 2 frames was cut when captured")

    def test_what_is_no_regular_file_is_refused_and_nobody_waits(self):
        os.mkfifo(os.path.join(self.folder.name, "pipe"))
        for name in ("pipe", "/dev/zero", "/dev/stdin", "."):
            text = f"wire add name=w0 kind=pcap:{name}\nrun mode=free\n"
            result = subprocess.run([CTL, "run", "-"], input=text, capture_output=True, text=True, timeout=60, cwd=self.folder.name)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn("not a regular file", result.stderr)

    def test_recorded_time_stamps_are_kept_in_virtual_time(self):
        content = head() + b"".join(record(frame(60), fraction=us) for us in (0, 10, 500, 500, 400, 90_000))
        # 10, 490, 0, 0 us apart, and then 89.5 ms. Another wire's frames are the clock: time that nobody uses is jumped over.
        ticks = "rate=recorded\nwire add name=w1 kind=null rate=50kpps\nswitch add name=s1 uplink=w1"
        self.assertEqual(self.played(content, ticks, "stepped for=300us"), 2)
        self.assertEqual(self.played(content, ticks, "stepped for=10ms"), 5)
        self.assertEqual(self.played(content, "rate=recorded", "stepped until=idle"), 6)
        self.assertEqual(self.played(content, "rate=recorded", "free until=idle"), 6)
        self.assertGreater(self.played(head() + record(frame(60)) + record(frame(60), fraction=1000), "rate=recorded loop=yes", "stepped for=100500us"), 99)
        wrong = subprocess.run([CTL, "run", "-"], input="wire add name=w0 kind=null rate=recorded\n", capture_output=True, text=True, timeout=60)
        self.assertEqual(wrong.returncode, 4)
        self.assertIn("only a capture has time stamps", wrong.stderr)


if __name__ == "__main__":
    unittest.main()
