# SPDX-License-Identifier: BSD-3-Clause
"""What all lints share. A lint is a module with check(root) -> list of "path:line: what is wrong", run as `python3 X.py [ROOT]`."""

import os
import pathlib
import re
import subprocess
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def files(root, *suffixes):
    """The project's files that end in one of the suffixes (all, if none is given): what git tracks or would track."""
    root = pathlib.Path(root)
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True, text=True)
    if listed.returncode == 0 and (root / ".git").exists():
        names = listed.stdout.split("\0")[:-1]
    else:  # a source archive
        names = [os.path.relpath(os.path.join(folder, name), root) for folder, _, found in os.walk(root) for name in found]
        names = [name for name in names if not re.match(r"(build[^/]*|dist|\.git)/", name)]
    names = sorted(name for name in names if not suffixes or name.endswith(suffixes))
    return [root / name for name in names if (root / name).is_file()]


def text_of(path):
    """The file's text, or "" if it is binary."""
    data = path.read_bytes()
    return "" if b"\0" in data[:8192] else data.decode("utf-8", "replace")


def code_of(text):
    """C++ text with comments and literals blanked out, line for line."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def main(check):
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY
    violations = check(root)
    for violation in violations:
        print(violation)
    sys.exit(1 if violations else 0)
