# SPDX-License-Identifier: BSD-3-Clause
"""The hot-path law, in engine/datapath/ and every *_datapath.{cc,h}: no allocation, lock, exception, logging or syscall.

Exempt: a file of engine/datapath/ with `// cold: REASON` in its first 10 lines, and lines between `// cold-begin: REASON` and `// cold-end`.
"""

import re

import lint

LAW = [
    ("allocates", r"\bnew\b|\b(m|c|re)alloc\b|\bstd::make_(unique|shared)\b|\brte_z?malloc\w*|"
                  r"\.(push_back|emplace_back|emplace|resize|reserve|insert)\("),
    ("a container or string that allocates", r"\bstd::(string|(unordered_)?(multi)?(map|set)|list|deque|ostringstream|stringstream)\b"),
    ("std::function", r"\bstd::function\b"),
    ("an exception", r"\bthrow\b|\btry\b|\bcatch\b"),
    ("a lock", r"\w*mutex\b|\b(lock_guard|unique_lock|scoped_lock|shared_lock|condition_variable\w*)\b|\brte_(spin|rw)lock\w*"),
    ("a locked add", r"\.fetch_(add|sub|or|and|xor)\("),
    ("logging", r"\b(f|s|sn|v\w*)?printf\b|\bfmt::|\bRTE_LOG\w*|\brte_log\b|\bstd::(cout|cerr|clog|format)\b|\blog(_\w+)?\(|\bputs\b"),
    ("a syscall", r"::(read|write|ioctl|open|close|mmap|munmap|syscall|poll|usleep|nanosleep)\(|\bsleep_(for|until)\b|\bfutex\w*\("),
]


def check_file(name, text):
    head = "\n".join(text.splitlines()[:10])
    if re.search(r"^// cold: \S", head, re.M):
        return [f"{name}:1: a *_datapath file cannot be cold"] if "_datapath." in name else []
    violations = []
    cold_since = None
    for number, (line, code) in enumerate(zip(text.splitlines(), lint.code_of(text).splitlines()), 1):
        if re.match(r"\s*// cold-begin: \S", line) and not cold_since:
            cold_since = number
        elif re.match(r"\s*// cold-end$", line) and cold_since:
            cold_since = None
        elif re.match(r"\s*// cold(-begin|-end|:)", line):
            violations.append(f"{name}:{number}: a cold mark without a reason, without its partner, or too late in the file")
        elif not cold_since and not code.lstrip().startswith("#"):
            for what, pattern in LAW:
                found = re.search(pattern, code)
                if found:
                    violations.append(f"{name}:{number}: {what} on the hot path: {found.group().strip()}")
    if cold_since:
        violations.append(f"{name}:{cold_since}: cold-begin without cold-end")
    return violations


def check(root):
    violations = []
    for path in lint.files(root, ".h", ".cc"):
        name = path.relative_to(root).as_posix()
        if name.startswith("engine/datapath/") or re.search(r"^engine/.*_datapath\.(cc|h)$", name):
            violations += check_file(name, lint.text_of(path))
    return violations


if __name__ == "__main__":
    lint.main(check)
