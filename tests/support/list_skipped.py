# SPDX-License-Identifier: BSD-3-Clause
"""Lists the skipped tests of ctest's JUnit files with their reasons: the line "SKIPPED: reason" that each printed."""

import re
import sys
import xml.etree.ElementTree as xml

skipped = []
for name in sys.argv[1:]:
    try:
        cases = xml.parse(name).iter("testcase")
    except (OSError, xml.ParseError):
        continue
    for case in cases:
        if case.get("status") in ("notrun", "disabled", "skipped") or case.find("skipped") is not None:
            reason = re.search(r"SKIPPED: (.*)", case.findtext("system-out") or "")
            skipped.append(f"  {case.get('name')}: {reason.group(1) if reason else 'no reason given'}")

print(f"{len(skipped)} skipped tests" + (":" if skipped else ""))
print("\n".join(skipped), end="\n" if skipped else "")
