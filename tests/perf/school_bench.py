#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a class on one server asks of it: so many sessions of a lab in terminals, each a student who thinks before each line. Prints the
CPU time and the memory of a session, and what 30 of them take of 16 cores. Run it by hand; by root, it becomes an ordinary user first."""

import argparse
import os
import pwd
import random
import resource
import sys
import tempfile
import threading
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
from lab_terminal import WALKS, LabTerminal, verdicts  # noqa: E402


class Student(LabTerminal):
    thinks = 2.0  # seconds a line, on average

    def type(self, line):
        time.sleep(random.uniform(0.5, 1.5) * self.thinks)
        return super().type(line)


def memory_of(pid):
    """MiB, shared pages by share; 0 of one that has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--lab", default="1", choices=sorted(WALKS))
    parser.add_argument("--think", type=float, default=2, help="seconds a line (2)")
    parser.add_argument("--as", dest="user", default="nobody", help="who takes them, where root runs this (nobody)")
    wanted = parser.parse_args()
    os.chdir(ROOT)
    if os.geteuid() == 0:
        user = pwd.getpwnam(wanted.user)
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    Student.thinks = wanted.think
    found, terminals, largest = [], [], 0
    with tempfile.TemporaryDirectory() as folder:

        def take(number):
            home = os.path.join(folder, f"student{number}")
            os.mkdir(home)
            environment = {"RINGSIDE_ASSETS": os.path.join(ROOT, "assets"), "XDG_DATA_HOME": home, "HOME": home}
            terminal = Student(wanted.lab, "--variant", "1", "--student", f"student{number}", environment=environment)
            terminals.append(terminal)
            try:
                found.append(verdicts(terminal.walk(WALKS[wanted.lab])))
            finally:
                terminal.close()

        began = time.monotonic()
        students = [threading.Thread(target=take, args=(number,)) for number in range(wanted.sessions)]
        for student in students:
            student.start()
        while any(student.is_alive() for student in students):
            time.sleep(1)
            sizes = [size for size in (memory_of(terminal.process.pid) for terminal in list(terminals)) if size]
            largest = max(largest, sum(sizes) / len(sizes) if sizes else 0)
        seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (used.ru_utime + used.ru_stime) / wanted.sessions
    said = [verdict for one in found for verdict, _ in one.values()]
    print(f"lab {wanted.lab}, {wanted.sessions} sessions of an ordinary user, {wanted.think:g} s a line: {seconds:.0f} s, {len(found)} to the end; "
          + ", ".join(f"{said.count(word)} {word}" for word in ("pass", "fail", "inconclusive", "skipped")))
    print(f"a session: {cpu:.2f} s of CPU, {100 * cpu / seconds:.1f} % of a core, {largest:.0f} MiB; 30 of them: {100 * 30 * cpu / seconds / 16:.1f} % of 16 cores")
    return 0 if len(found) == wanted.sessions and "fail" not in said else 1


if __name__ == "__main__":
    sys.exit(main())
