#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Takes the labs at a terminal and writes what stood there: python3 docs/labs/transcribe.py [LAB…], from the repository's root.

A measurement that other programs disturbed says nothing: it is taken again, and the last one stands in the transcript.
`tests/labs/lab_walk_test.py` says when a transcript is no longer what the program says."""

import os
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
os.chdir(ROOT)
sys.path.insert(0, os.path.join("tests", "support"))
from lab_terminal import WALKS, LabTerminal, take  # noqa: E402

TRIES = 40
BEHIND = "\n\nObserve "  # what follows a measurement: its first question, here or on the next page


class Clear(LabTerminal):
    def type(self, line):
        before, step = self.text, self.asked()
        said = super().type(line)
        if "\nNot clear. " not in said:
            return said
        rest = min(at for at in (said.find("\n\n── "), said.find(BEHIND)) if at >= 0)
        for attempt in range(TRIES):
            again = super().type(":do " + step)
            if "\nNot clear. " not in again:
                self.said = "\n" + again[again.index("· "):again.index(BEHIND)] + said[rest:]
                self.text = before + self.said
                return self.said
            print(f"{step}: not clear, try {attempt + 1} of {TRIES}", flush=True)
        sys.exit(f"{step}: other programs kept this machine busy. Close them, and run this again.")


def main(labs):
    for lab in labs:
        with tempfile.TemporaryDirectory() as folder:
            text = take(lab, folder, Clear)
        path = os.path.join("docs", "labs", f"{int(lab):03}_transcript.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.rstrip("> \n") + "\n")
        print(path, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or sorted(WALKS))
