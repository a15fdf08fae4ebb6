# SPDX-License-Identifier: BSD-3-Clause
"""No .cc or .h file above 400 lines, tables (`// table: WHAT` in the first 10 lines) excepted. A file that wants more is split by noun."""

import re

import lint

LIMIT = 400


def check(root):
    violations = []
    for path in lint.files(root, ".h", ".cc"):
        lines = lint.text_of(path).splitlines()
        if len(lines) > LIMIT and not any(re.match(r"// table: \S", line) for line in lines[:10]):
            violations.append(f"{path.relative_to(root)}:{LIMIT}: {len(lines)} lines, {LIMIT} at most")
    return violations


if __name__ == "__main__":
    lint.main(check)
