# SPDX-License-Identifier: BSD-3-Clause
"""A loop over a part of a picture keeps the picture: `for (x : engine.cut()->rings)` walks what is gone with the next one (until C++23)."""

import re

import lint

LOOP = re.compile(r"\bfor \((?:const )?[\w:]+ ?&{0,2} ?\w+ : [^;{}]*\b(?:cut|snapshot)\(\)->")


def check(root):
    return [
        f"{path.relative_to(root)}:{number}: keep the picture: `for (const auto newest = engine.cut(); … : newest->…)`"
        for path in lint.files(root, ".cc", ".h")
        for number, line in enumerate(lint.code_of(lint.text_of(path)).splitlines(), 1)
        if LOOP.search(line)
    ]


if __name__ == "__main__":
    lint.main(check)
