#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What comes from outside (scenarios, labs, names, arguments) is shown and never obeyed by a terminal: no control character but
line ends and tabs leaves ringsidectl, unless it colours something itself. JSON stays JSON. A line's error quotes 200 characters."""

import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import unittest

CTL = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl"))
ASSETS = os.path.join(os.getcwd(), "assets")
EVIL = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m\xe2\x80\xaegpj\xff\r"
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]")
MACHINE = b"wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
LAB = b"""+++
id = "evil"
title = "T"
promise = "P@"
minutes = 1
requires = { cores = 1, kvm = "no", mem_mb = 64 }
+++

# T

```start
wire add name=w0 kind=ring
switch add name=s0 uplink=w0
vm add name=web nic=e1000 switch=s0 workload=sink
run mode=stepped seed=1
```

## Context

Text @ here.

## Predict: one

```predict p1
ask = "Ask @?"
kind = "choice"
options = [{ id = "a", text = "Text @" }, { id = "b", text = "Other" }]
```

```do one
send to=web @
```

```solution
answer p1 a
do one
```
"""


def environment(home):
    return {**os.environ, "RINGSIDE_ASSETS": ASSETS, "HOME": home, "XDG_DATA_HOME": home, "TERM": "xterm"}


class Escapes(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.home = os.fsencode(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def ctl(self, *words, text=b""):
        return subprocess.run([CTL, *words], input=text, capture_output=True, timeout=60, env=environment(self.folder.name), cwd=self.folder.name)

    def clean(self, result, shows=b"\\x1b"):
        for stream in (result.stdout, result.stderr):
            self.assertIsNone(FORBIDDEN.search(stream), stream[:2000])
            stream.decode("utf-8")
        if shows:
            self.assertIn(shows, result.stdout + result.stderr)

    def file(self, name, content):
        path = os.path.join(self.home, name)
        with open(path, "wb") as out:
            out.write(content)
        return path

    def test_a_line_that_is_wrong_is_shown(self):
        evil = EVIL.replace(b"\r", b"")
        for line in (evil, b"vm add name=" + evil, b"vm " + evil + b"=1", b"send to=" + evil, b"wire add name=w1 kind=pcap:" + evil,
                     b"watch ring=" + evil, b"vm add name=x nic=" + evil + b" switch=s0", b"run mode=" + evil, b"run pace=" + evil, b"'" + evil):
            with self.subTest(line=line):
                result = self.ctl("run", "-", text=MACHINE + line + b"\n")
                self.assertEqual(result.returncode, 4)
                self.clean(result, None)

    def test_an_error_quotes_200_characters(self):
        long = b"x" * 50_000
        for line in (long, b"vm add name=" + long, b"send to=" + long[:4000], b"vm add " + long + b"=1", b"run mode=" + long, b"run seed=" + long,
                     b"watch ring=" + long[:4000], b"context place worker=1 context=" + long[:4000], b"vm set name=web mac=" + long):
            with self.subTest(line=line[:40]):
                result = self.ctl("run", "-", text=MACHINE + line + b"\n")
                self.assertEqual(result.returncode, 4)
                self.assertLess(len(max(re.findall(rb"x+", result.stderr), key=len)), 201)
                self.assertLess(len(result.stderr), 2000)

    def test_file_names_are_shown(self):
        name = b"evil" + EVIL.replace(b"\r", b"\n") + b".scn"
        path = self.file(name, MACHINE + b"send to=web count=2\nrun mode=stepped until=idle\n")
        for words in (["run"], ["run", "--json"], ["step"], ["exits"], ["show", "probes", "--json"]):
            with self.subTest(words=words):
                result = self.ctl(*words, path)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.clean(result, None)
                if "--json" in words:
                    json.loads(result.stdout)
        self.clean(self.ctl("run", path + b".missing"))
        self.file(name, MACHINE + b"fly\n")
        self.clean(self.ctl("run", path))

    def test_arguments_are_shown(self):
        for words in ([b"--" + EVIL], [b"run", b"a", b"--mode", EVIL], [EVIL], [b"lab", b"run", EVIL], [b"show", b"registers", EVIL],
                      [b"run", b"-l", EVIL, b"x"], [b"run", b"first.scn", b"--for", b"1", b"--", EVIL]):
            with self.subTest(words=words):
                self.clean(self.ctl(*words), b"\\x1b" if words[0].isalpha() else None)

    def test_labs_are_shown(self):
        escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x21 or ord(c) > 0x7e else c for c in EVIL.replace(b"\xff", b"").decode()).encode()
        path = self.file(b"lab.md", re.sub(rb'"([^"\n]*)@([^"\n]*)"', lambda m: b'"' + m[1] + escaped + m[2] + b'"', LAB).replace(b"@", EVIL))
        self.clean(self.ctl("lab", "show", path))
        json.loads(self.ctl("lab", "show", path, "--json").stdout)
        self.clean(self.ctl("lab", "lint", "--text-only", path), None)
        self.clean(self.ctl("lab", "lint", path), None)
        self.clean(self.ctl("lab", "run", path, text=b"1\n:hint\n:" + EVIL + b"\n\n"))
        self.clean(self.ctl("lab", "run", "--solution", path))
        self.file(b"lab.md", LAB.replace(b"minutes = 1", b"minutes = " + EVIL))
        self.clean(self.ctl("lab", "show", path), None)

    def test_on_a_terminal_only_our_colours_are_sent(self):
        path = self.file(b"lab.md", LAB.replace(b"Text @ here.", b"Text \x1b[31m**bold**\x1b<0000000000000000>31m here.").replace(b"@", b""))
        main, side = pty.openpty()
        child = subprocess.Popen([CTL, "lab", "run", path], stdin=subprocess.DEVNULL, stdout=side, stderr=subprocess.DEVNULL,
                                 env={k: v for k, v in environment(self.folder.name).items() if k != "NO_COLOR"})
        os.close(side)
        out = b""
        while select.select([main], [], [], 60)[0]:
            try:
                piece = os.read(main, 65536)
            except OSError:
                break
            if not piece:
                break
            out += piece
        os.close(main)
        child.wait(60)
        self.assertIn(b"\x1b[1mbold\x1b[0m", out)
        self.assertIn(b"\\x1b[31m", out)
        self.assertIn(b"\\x1b<0000000000000000>31m", out)
        left = re.sub(rb"\x1b\[(1|2|31|32|33|0)m|\r\n", b"", out)
        self.assertIsNone(FORBIDDEN.search(left), left)


if __name__ == "__main__":
    if not os.path.exists(CTL):
        print("SKIPPED: ringsidectl is not built")
        sys.exit(77)
    unittest.main(verbosity=2)
