# SPDX-License-Identifier: BSD-3-Clause
"""Documents quote live code. In a .md file the mark

    <!-- code: engine/devices/e1000/e1000_datapath.cc rx-hand-over -->

stands before a fenced block that equals that file's lines between `// region: rx-hand-over` and `// endregion: rx-hand-over`
(less their common indentation). `doc_regions.py --fix` refreshes all blocks.
"""

import re
import sys
import textwrap

import lint

QUOTE = re.compile(r"^<!-- code: (\S+) (\S+) -->\n\n?(?:```(\w*)\n(.*?)^```$)?", re.M | re.S)
MARK = re.compile(r"\s*(?://|#) (end)?region: (\S+)\s*$")


def regions_of(text):
    """({name: text}, [(line, problem)]) of a source file; regions may nest."""
    regions, open_regions, problems = {}, {}, []
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        mark = MARK.match(line)
        if not mark:
            for lines in open_regions.values():
                lines.append(line)
        elif mark.group(1):
            lines = open_regions.pop(mark.group(2), None)
            if lines is None:
                problems.append((number, f"endregion: {mark.group(2)} was never begun"))
            else:
                regions[mark.group(2)] = textwrap.dedent("".join(lines))
        elif mark.group(2) in regions or mark.group(2) in open_regions:
            problems.append((number, f"region: {mark.group(2)} is there twice"))
        else:
            open_regions[mark.group(2)] = []
    problems += [(1, f"region: {name} never ends") for name in open_regions]
    return regions, problems


def check(root, fix=False):
    violations = []
    regions = {}
    for path in lint.files(root, ".h", ".cc", ".py", ".sh", ".scn"):
        name = path.relative_to(root).as_posix()
        regions[name], problems = regions_of(lint.text_of(path))
        violations += [f"{name}:{number}: {problem}" for number, problem in problems]

    for path in lint.files(root, ".md"):
        text = lint.text_of(path)

        def quoted(match):
            source, region, language, block = match.groups()
            line = text.count("\n", 0, match.start()) + 1
            code = regions.get(source, {}).get(region)
            if code is None:
                violations.append(f"{path.relative_to(root)}:{line}: {source} has no region {region}")
                return match.group()
            if code != block and not fix:
                what = "has changed" if block is not None else "is not quoted below its mark"
                violations.append(f"{path.relative_to(root)}:{line}: region {region} of {source} {what}: tests/lint/doc_regions.py --fix")
            return f"<!-- code: {source} {region} -->\n```{'cpp' if language is None else language}\n{code}```"

        fresh = QUOTE.sub(quoted, text)
        if fix and fresh != text:
            path.write_text(fresh)
    return violations


if __name__ == "__main__":
    fixing = "--fix" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--fix"]
    lint.main(lambda root: check(root, fixing))
