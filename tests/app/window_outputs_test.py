#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What the window writes where a word of its command line says: a picture, numbers, a map. Each replaces its own kind only."""

import os
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from patience import patient  # noqa: E402
from window import Display, Window, need_tools  # noqa: E402


class Outputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        need_tools()
        cls.display = Display()
        cls.addClassCleanup(cls.display.close)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.work = folder.name

    def at(self, name):
        return os.path.join(self.work, name)

    def draw(self, **names):
        words = [word for option, name in names.items() for word in ("--" + option.replace("_", "-"), self.at(name))]
        environment = {**os.environ, "DISPLAY": self.display.name, "RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "LIBGL_ALWAYS_SOFTWARE": "1",
                       "XDG_DATA_HOME": self.work, "XDG_STATE_HOME": self.work, "XDG_CONFIG_HOME": self.work}
        return subprocess.run([Window.program(), "--frames", "3", "--size", "1400x900", *words], env=environment, capture_output=True, text=True, timeout=patient(110))

    def content(self, name):
        with open(self.at(name), "rb") as file:
            return file.read()

    def test_its_own_kind_is_replaced_and_nothing_else(self):
        for name in ("a.png.new", "map.json.new"):
            with open(self.at(name), "w", encoding="utf-8") as out:
                out.write("mine")
        open(self.at("empty"), "w", encoding="utf-8").close()
        for picture in ("a.png", "a.png", "empty"):
            drawn = self.draw(screenshot=picture, probes="probes.json", ui_map="map.json")
            self.assertEqual(drawn.returncode, 0, drawn.stderr)
            self.assertTrue(self.content(picture).startswith(b"\x89PNG"))
        self.assertTrue(self.content("probes.json").startswith(b'{"frames":'))
        self.assertTrue(self.content("map.json").startswith(b'{"state":{'))
        before = sorted(os.listdir(self.work))
        with open(self.at("mine"), "w", encoding="utf-8") as out:
            out.write("mine")
        os.symlink("mine", self.at("link"))
        os.mkfifo(self.at("pipe"))
        for name, what in {"mine": "There is a file of this name", "link": "This is a link", "pipe": "This is a pipe"}.items():
            for option in ("screenshot", "probes"):
                drawn = self.draw(**{option: name})
                self.assertNotEqual(drawn.returncode, 0, (name, option))
                self.assertIn(what, drawn.stderr, (name, option))
            self.draw(screenshot="a.png", ui_map=name)
        for name in ("mine", "a.png.new", "map.json.new"):
            self.assertEqual(self.content(name), b"mine", name)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.at("pipe")).st_mode) and os.path.islink(self.at("link")))
        self.assertEqual(sorted(os.listdir(self.work)), sorted([*before, "mine", "link", "pipe"]))


if __name__ == "__main__":
    unittest.main()
