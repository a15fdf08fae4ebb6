#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""How long it takes to grade a class: hand-ins of lab 1, and of lab 3 with its raw windows, taken once and copied under other names
with chains that hold; then graded without and with replay, and merged. Prints seconds; run it by hand."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import hand_ins  # noqa: E402


def solution(folder):
    with open(os.path.join(ROOT, "labs/exercises", folder, "lab.md"), encoding="utf-8") as lab:
        text = lab.read()
    row = dict(re.findall(r"^(\w+)\s*=\s*(\S+)$", text.split("[[variant]]")[1], re.M))
    lines = re.search(r"```solution\n(.*?)```", text, re.S).group(1)
    return re.sub(r"\{\{(\w+)\}\}", lambda m: row[m[1]], re.sub(r"expect.*\n", "", lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hand-ins", type=int, default=300)
    parser.add_argument("--no-replay", action="store_true", help="leave replay out")
    many = parser.parse_args().hand_ins
    ctl = os.path.abspath(os.path.join(os.environ.get("RINGSIDE_BIN_DIR", os.path.join(ROOT, "build/bin")), "ringsidectl"))
    with tempfile.TemporaryDirectory() as work:
        environment = {**os.environ, "RINGSIDE_ASSETS": os.path.join(ROOT, "assets"), "XDG_DATA_HOME": work, "HOME": work}

        def run(*words):
            began = time.monotonic()
            done = subprocess.run([ctl, *words], cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            return time.monotonic() - began, done

        for folder in ("001_anatomy_of_a_ring", "003_97_percent_fewer_exits"):
            with open(os.path.join(work, "answers"), "w", encoding="utf-8") as out:
                out.write(solution(folder))
            run("lab", "run", folder, "--variant", "1", "--student", "ada", "--answers", "answers")
        _, done = run("lab", "hand-in", "--student", "ada", "--to", "ada.rsub")
        print(done.stdout, end="")
        os.makedirs(os.path.join(work, "class"))
        for n in range(many):
            name = f"student{n:04}"
            hand_ins.forged(os.path.join(work, "ada.rsub"), os.path.join(work, "class", name + ".rsub"),
                            ("UPDATE hand_in SET student = ?", [name]), ("UPDATE attempt SET student = ?", [name]),
                            ("UPDATE sample SET seconds = seconds + ?", [n * 1e-9]))
        size = os.path.getsize(os.path.join(work, "ada.rsub"))
        print(f"{many} hand-ins of two labs, {size >> 10} KiB each, {len(os.sched_getaffinity(0))} CPUs")
        files = ["--csv", "g.csv", "--answers", "a.csv", "--junit", "j.xml", "--json", "j.json", "--html", "c.html"]
        for what, words in (("all files, no replay", [*files, "--no-replay"]), ("the same, and merged", [*files, "--no-replay", "--merge", "book.db"]),
                            ("all files, with replay", files)):
            if "replay" in what and "no" not in what and parser.parse_args().no_replay:
                continue
            seconds, done = run("--quiet", "grade", "class", *words)
            print(f"{what}: {seconds:.1f} s, {1000 * seconds / many:.0f} ms a hand-in, exit code {done.returncode}")


if __name__ == "__main__":
    main()
