# SPDX-License-Identifier: BSD-3-Clause
"""No type of an inner namespace has the name of one around it: which of both a file means would hang on what it includes,
and two files that disagree give one class two layouts."""

import collections
import re

import lint

NAMESPACE = re.compile(r"^namespace (ringside[\w:]*) \{", re.M)
TYPE = re.compile(r"^(?:template <[^>]*>\n)?(?:struct|class|enum class|enum|union) (?:\[\[\w+\]\] )?(\w+)\b(?!\s*;)", re.M)
ALIAS = re.compile(r"^using (\w+) =", re.M)


def check(root):
    named = collections.defaultdict(dict)  # name -> namespace -> the file's first line of it
    for path in lint.files(root, ".h"):
        text = lint.code_of(lint.text_of(path))
        spaces = [(m.start(), m[1]) for m in NAMESPACE.finditer(text)]
        for found in [*TYPE.finditer(text), *ALIAS.finditer(text)]:
            around = [space for start, space in spaces if start < found.start()]
            if around:
                line = text.count("\n", 0, found.start(1)) + 1
                named[found[1]].setdefault(around[-1], f"{path.relative_to(root)}:{line}")
    return [
        f"{where}: {inner}::{name} hides {outer}::{name} of {named[name][outer]}"
        for name, spaces in sorted(named.items())
        for inner, where in spaces.items()
        for outer in spaces
        if inner.startswith(outer + "::")
    ]


if __name__ == "__main__":
    lint.main(check)
