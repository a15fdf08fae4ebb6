# SPDX-License-Identifier: BSD-3-Clause
"""`ringsidectl lab run` at a pseudo-terminal: what a student at a terminal reads, and types. A lab is walked by what is asked: which
question, which step."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(__file__))
from patience import patient  # noqa: E402

COLUMNS, ROWS = 100, 40
PROMPT = "\n> "
ASKS = re.compile(r"^(?:Predict|Observe|Explain) (\w+):|^Do (\w+):|^(Mark) your own|^(:do) ID runs", re.M)


def program():
    return os.path.join(os.environ.get("RINGSIDE_BIN_DIR", "build/bin"), "ringsidectl")


class LabTerminal:
    """`text` is all that stood there, with what was typed; `said` what came since the last line that was typed."""

    def __init__(self, *words, environment):
        self.master, slave = pty.openpty()
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.process = subprocess.Popen([program(), "lab", "run", *words], stdin=slave, stdout=slave, stderr=slave, close_fds=True, start_new_session=True,
                                        env={**os.environ, "NO_COLOR": "1", "TERM": "xterm", **environment})
        os.close(slave)
        self.text = self.said = ""
        self.ended = False
        self.read()

    def read(self, seconds=120):
        """Until it asks, or has ended."""
        begin, end, raw = len(self.text), time.monotonic() + patient(seconds), b""
        known = self.text
        while True:
            # Text that is quoted begins with a prompt's letters, too: it goes on at once.
            if (known + decoded(raw)).endswith(PROMPT) and not select.select([self.master], [], [], 0.15)[0]:
                break
            if select.select([self.master], [], [], 1)[0]:
                try:
                    part = os.read(self.master, 65536)
                except OSError:  # a terminal whose program has ended
                    part = b""
                if not part:
                    self.ended = True
                    break
                raw += part
            if time.monotonic() > end:
                raise AssertionError(f"nothing was asked for in {patient(seconds)} s:\n{(known + decoded(raw))[-3000:]}")
        self.text = known + decoded(raw)
        self.said = self.text[begin:]
        return self.said

    def type(self, line):
        os.write(self.master, (line + "\r").encode())
        return self.read()

    def asked(self):
        """The id of the question or the step that waits for a line; "Mark" and ":do" for what has none."""
        found = ASKS.findall(self.text)
        return next(part for part in found[-1] if part) if found else ""

    def walk(self, lines):
        """To the lab's end. `lines`: by id what one types, one line or several; a function is given this terminal and returns it."""
        asks = {}
        while not self.ended:
            asked = self.asked()
            asks[asked] = asks.get(asked, 0) + 1
            if asks[asked] > 8:
                raise AssertionError(f"{asked} is asked again and again:\n{self.text[-3000:]}")
            if asked == ":do":
                self.type("")
                continue
            wanted = lines.get(asked, "")
            for line in wanted if isinstance(wanted, list) else [wanted]:
                self.type(line(self) if callable(line) else line)
        if self.process.wait(patient(60)) not in (0, 6, 77):
            raise AssertionError(f"it ended with {self.process.returncode}:\n{self.text[-3000:]}")
        return self.text

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)


def decoded(raw):
    return raw.decode(errors="replace").replace("\r\n", "\n").replace("\r", "")


def figure(caption, row):
    """What the latest chart says: of the figure with this caption, the row with this name; "not clear" where it says so."""
    def read(terminal):
        chart = terminal.text[terminal.text.rindex("\nMeasured: "):]
        part = chart[chart.index("\n" + caption):]
        found = re.search(r"^  " + re.escape(row) + r":?\s+(not clear|[\d.,]+)", part.split("\n\n")[0], re.M)
        return found.group(1).replace(",", "") if found else "not clear"
    return read


def price(name):
    """Among the prices of exits."""
    def read(terminal):
        found = re.findall(r"^  " + re.escape(name) + r"\s+([\d,]+)", terminal.text, re.M)
        return found[-1].replace(",", "") if found else "0"
    return read


GUEST = "cycles a packet, the guest web with its exits"

# Variant 1 of each, as a student takes it: a wrong answer on the way, and a hint.
WALKS = {
    "1": {"p1": "nobody sure=2", "o1": ["5", "3"], "o2": [":hint", "7"], "o3": ["1", "5"], "p2": "8", "p3": "1", "o4": "7", "o5": "13", "o6": "20", "o7": "0",
          "e1": ["2", "1"], "e2": "The device had no free row and dropped them.", "Mark": "1 2", "p4": "32",
          "sleepy": ["", "1 vm set name=web rx_ring=40 poll_every=35us", "", "next"]},
    "2": {"p1": "2 sure=2", "o1": ["3", ":hint", "1"], "o2": "1", "p2": "24", "o3": ["24", "25"], "p3": "24 sure=1", "o4": "28", "p4": "0", "o5": "5", "o6": "1",
          "e1": ["2", "1"], "e2": "When one doorbell announces several.", "Mark": "1", "p5": "7",
          "budget": ["", "1 vm set name=web workload=generate doorbell=batch batch=8 count=30", "", "next"]},
    "3": {"p1": "12 sure=1", "o1": ["12", ":hint", "3"], "p2": "3", "p3": "32 sure=3",
          "o2": figure("exits of web a packet", "VMXNET3"), "o3": figure("packets a second at db", "VMXNET3 by E1000"), "o4": "1",
          "p4": "10", "o5": figure("packets a second at db", "VMXNET3 by E1000"), "o6": "2",
          "e1": ["2", "1"], "e2": "How large the exits' part is, beside the back end.", "Mark": "1 2", "p5": "4", "p6": "rising", "o7": lambda terminal: first_below(terminal)},
    "4": {"p1": "2000 sure=2", "o1": figure(GUEST, "3000 cycles"), "o2": figure("exits of web a packet", "3000 cycles"),
          "p2": "2000", "o3": figure(GUEST, "3000 cycles"), "p3": "3", "p4": "1000",
          "o4": price("MMIO write"), "o5": ["1", price("ioeventfd doorbell")],
          "e1": ["2", "1"], "e2": "On which machine, and which exit?", "Mark": "1 2", "p5": "8", "o6": figure("exits of web a packet", "16")},
}


def first_below(terminal):
    """Lab 3's last question: the first batch at which the guest costs less than the back end."""
    for batch in ("1", "2", "4", "8", "16", "32"):
        one, other = (figure(caption, batch)(terminal) for caption in (GUEST, "cycles a packet, the back end"))
        if "not clear" in (one, other):
            return "not clear"
        if float(one) < float(other):
            return batch
    return "not clear"


def take(lab, folder, kind=LabTerminal):
    """Variant 1, from its beginning to its end; what stood on the terminal. Answers are kept in this folder."""
    terminal = kind(lab, "--variant", "1", "--student", "ada", environment={"RINGSIDE_ASSETS": os.path.join(os.getcwd(), "assets"), "XDG_DATA_HOME": folder})
    try:
        return terminal.walk(WALKS[lab])
    finally:
        terminal.close()


def verdicts(text):
    """By check: its verdict at the lab's end, and whether lines below say why."""
    end = text[text.rindex("\n── Checks"):]
    return {check: (verdict, bool(why)) for check, verdict, why in re.findall(r"^(c\d+)  (\w+) .*\n((?:      .*\n)*)", end, re.M)}


def fixed(text):
    """The lines that are the same on each machine and in each run: neither measured, nor what follows from that."""
    lines, drops = [], None
    kvm = re.compile(r"── \w+: on this machine")
    for line in text.split("\n"):
        if line.startswith("── "):
            drops = "kvm" if kvm.match(line) else None
        elif line.startswith("Measured: "):
            drops = "chart"
        elif drops == "chart" and line.startswith(("Observe ", "You said: ")):
            drops = None
        if drops or re.match(r"Right\.|Stored\.$|c\d+  |      \S|Questions: |You said: |> (?:not clear|[\d.]+)$", line):
            continue
        lines.append(re.sub(r"  measuring, about .*", "  measuring", line))
    return [line for line in lines if line.strip("> ")]
