# SPDX-License-Identifier: BSD-3-Clause
"""No note to oneself in what is delivered: it is done, or it is an issue."""

import re

import lint

NOTE = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b")


def check(root):
    return [
        f"{path.relative_to(root)}:{number}: {NOTE.search(line).group()}"
        for path in lint.files(root)
        for number, line in enumerate(lint.text_of(path).splitlines(), 1)
        if NOTE.search(line)
    ]


if __name__ == "__main__":
    lint.main(check)
