# SPDX-License-Identifier: BSD-3-Clause
"""All state of a guest lies in its guest memory: the objects of engine/guest have nothing in .data and .bss. ROOT is a build directory."""

import pathlib
import re
import subprocess
import sys

# Constants that need relocation (.data.rel.ro) never change and are no state.
STATE = re.compile(r"\.(t?data|t?bss)(\..*)?$")


def check_object(path):
    listing = subprocess.run(["size", "-A", path], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        words = line.split()
        if len(words) == 3 and STATE.match(words[0]) and not words[0].startswith(".data.rel.ro") and int(words[1]) > 0:
            yield f"{path}: {words[1]} bytes in {words[0]}: state outside guest memory"


def check(root):
    objects = sorted(pathlib.Path(root).glob("engine/guest/**/*.o"))
    return None if not objects else [violation for path in objects for violation in check_object(path)]


if __name__ == "__main__":
    found = check(sys.argv[1])
    if found is None:
        print("SKIPPED: no guest objects are built")
        sys.exit(77)
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
