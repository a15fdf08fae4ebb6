# SPDX-License-Identifier: BSD-3-Clause
"""The hot-path law, in engine/datapath/ and every *_datapath.{cc,h}: no allocation, lock, exception, logging or syscall.

Exempt: a file of engine/datapath/ with `// cold: REASON` in its first 10 lines, and lines between `// cold-begin: REASON` and `// cold-end`.

A std::function that a header declares can be called by whoever includes it, as if it were a member function like any other: no header that a
hot file includes, directly or not, has one, in no folder and in no cold region. Only a header that is cold as a whole may.
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


def is_hot(name):
    return name.startswith("engine/datapath/") or re.search(r"^engine/.*_datapath\.(cc|h)$", name)


def is_cold(text):
    return re.search(r"^// cold: \S", "\n".join(text.splitlines()[:10]), re.M)


def check_callbacks(root):
    """std::function in headers that hot files reach."""
    texts = {path.relative_to(root).as_posix(): lint.text_of(path) for path in lint.files(root, ".h", ".cc")}
    reached = {}
    waiting = [(name, name) for name in texts if is_hot(name) and not is_cold(texts[name])]
    while waiting:
        name, by = waiting.pop()
        if name in reached or name not in texts or (name.endswith(".h") and is_cold(texts[name])):
            continue
        reached[name] = by
        waiting += [(header, by) for header in re.findall(r'^\s*#\s*include\s*"([^"]+)"', texts[name], re.M)]
    violations = []
    for name, by in sorted(reached.items()):
        if name.endswith(".h"):
            for number, code in enumerate(lint.code_of(texts[name]).splitlines(), 1):
                if re.search(r"\bstd::function\b", code):
                    violations.append(f"{name}:{number}: std::function within reach of the hot path: {by} includes it")
    return violations


def check(root):
    violations = check_callbacks(root)
    for path in lint.files(root, ".h", ".cc"):
        name = path.relative_to(root).as_posix()
        if is_hot(name):
            violations += check_file(name, lint.text_of(path))
    return violations


if __name__ == "__main__":
    lint.main(check)
