# SPDX-License-Identifier: BSD-3-Clause
"""No path of one person's machine and no host of a package registry in the project's files."""

import re

import lint

PATH = re.compile(r"(?<![\w.~}])/(?:work|root|home)/[\w.-]")
HOST = re.compile(
    r"\b(?:(?:deb|security|snapshot|ftp)\.debian\.org|(?:files\.)?pythonhosted\.org|pypi\.org|registry\.npmjs\.org|index\.crates\.io|"
    r"static\.crates\.io|proxy\.golang\.org|rubygems\.org|ghcr\.io|(?:registry-1\.|hub\.)?docker\.(?:io|com)|quay\.io)\b")


def check(root):
    violations = []
    for path in lint.files(root):
        for number, line in enumerate(lint.text_of(path).splitlines(), 1):
            for what, pattern in (("a path of one machine", PATH), ("a registry's host", HOST)):
                found = pattern.search(line)
                if found:
                    violations.append(f"{path.relative_to(root)}:{number}: {what}: {found.group()}")
    return violations


if __name__ == "__main__":
    lint.main(check)
