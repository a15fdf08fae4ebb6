# SPDX-License-Identifier: BSD-3-Clause
"""Each source file begins with the one-line licence, after a #! line at most."""

import lint

LINE = "SPDX-License-Identifier: BSD-3-Clause"
MARK = {".cc": "//", ".h": "//", ".h.in": "//", ".py": "#", ".sh": "#", ".cmake": "#", "CMakeLists.txt": "#", ".ci/run": "#"}


def check(root):
    violations = []
    for path in lint.files(root, *MARK):
        mark = next(mark for suffix, mark in MARK.items() if path.as_posix().endswith(suffix))
        lines = lint.text_of(path).splitlines()[:2]
        if lines and lines[0].startswith("#!"):
            lines.pop(0)
        if not lines or lines[0] != f"{mark} {LINE}":
            violations.append(f"{path.relative_to(root)}:1: the first line is to be: {mark} {LINE}")
    return violations


if __name__ == "__main__":
    lint.main(check)
