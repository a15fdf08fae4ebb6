# SPDX-License-Identifier: BSD-3-Clause
"""C++ stands as .clang-format says, in 120 columns; tables (`// table: WHAT` in the first 10 lines) are aligned by hand.

Versions of clang-format differ, so that only the one of Debian 12 decides; where there is another, or none, only the columns are looked at.
"""

import re
import subprocess
import sys

import file_sizes
import lint

COLUMNS = 120
VERSION = "14"


def clang_format():
    for program in (f"clang-format-{VERSION}", "clang-format"):
        try:
            said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        except FileNotFoundError:
            continue
        if re.search(rf"version {VERSION}\.", said):
            return program
    return None


def check(root):
    violations, formatted = [], []
    for path in lint.files(root, ".h", ".cc"):
        lines = lint.text_of(path).splitlines()
        if file_sizes.is_table(lines):
            continue
        formatted.append(path)
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                violations.append(f"{path.relative_to(root)}:{number}: {len(line)} columns, {COLUMNS} at most")
    program = clang_format()
    if not program or not formatted:
        return violations
    style = f"--style=file:{lint.REPOSITORY / '.clang-format'}"
    said = subprocess.run([program, style, "--dry-run", *formatted], capture_output=True, text=True).stderr
    for name, line in re.findall(r"^(.+?):(\d+):\d+: (?:warning|error)", said, flags=re.M):
        path = name.removeprefix(f"{root}/")
        violations.append(f"{path}:{line}: not as .clang-format says; `clang-format -i {path}` mends it")
    return sorted(set(violations))


if __name__ == "__main__":
    if not clang_format():
        print(f"clang-format {VERSION} is not here: only the width of lines is checked", file=sys.stderr)
    lint.main(check)
