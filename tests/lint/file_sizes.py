# SPDX-License-Identifier: BSD-3-Clause
"""No .cc or .h file above 400 lines, tables (`// table: WHAT` in the first 10 lines) excepted. A file that wants more is split by noun.

A comma operator between statements counts as the line that it saves, so that room is not bought with it.
"""

import re

import lint

LIMIT = 400
DECLARATION = re.compile(r"(?:(?:const|constexpr|static|inline|unsigned|volatile|mutable|extern|using|typedef|friend|template|enum|struct|class)\b"
                         r"|[\w:]+(?:<[^;]*>)?[\s&*]+[\w:\[\]]+\s*(?:$|[={(,\[;]))")


def is_table(lines):
    return any(re.match(r"// table: \S", line) for line in lines[:10])


def without_head(statement):
    """The statement behind labels and the conditions of if, for and while."""
    while True:
        statement = statement.lstrip()
        label = re.match(r"(?:case\b[^:?]*(?:::[^:?]*)*|default\s*|public|private|protected):(?!:)|else\b|do\b|return\b|co_\w+", statement)
        if label:
            statement = statement[label.end():]
            continue
        head = re.match(r"(?:if(?:\s+constexpr)?|for|while|switch)\s*\(", statement)
        if not head:
            return statement
        depth, at = 1, head.end()
        while at < len(statement) and depth:
            depth += {"(": 1, ")": -1}.get(statement[at], 0)
            at += 1
        statement = re.sub(r"^\s*\[\[\w+\]\]", "", statement[at:])


def commas_of(statement):
    """Comma operators at the outermost level of one statement."""
    statement = without_head(statement)
    if DECLARATION.match(statement) or statement.startswith(("#", "[")):
        return 0
    depth = commas = 0
    for sign in re.sub(r"<[\w:,\s*&]*>", " ", statement):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(sign, 0)
        commas += sign == "," and depth == 0
    return commas


def comma_operators(text):
    """How many statements stand behind a comma, in C++ text."""
    code = re.sub(r"^\s*#[^\n]*", "", lint.code_of(text), flags=re.M)
    count, depth, begin = 0, 0, 0
    braces = []  # what opens: True = a block of statements
    for at, sign in enumerate(code):
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "{":
            before = code[begin:at].rstrip()
            block = before.endswith((")", "]", ";", "{", "}", "else", "do", "const", "override", "try", ":", "noexcept", "final")) or not before or bool(
                re.match(r"\s*(namespace|struct|class|enum|extern|union)\b", before)) or "->" in before[-40:]
            braces.append((block, depth, begin))
            if block:
                depth, begin = 0, at + 1
        elif sign == "}" and braces:
            block, depth_before, begun = braces.pop()
            if block:
                depth = depth_before
                begin = at + 1 if depth == 0 else begun
        elif sign == ";" and depth == 0 and (not braces or braces[-1][0]):
            count += commas_of(code[begin:at])
            begin = at + 1
    return count


def check(root):
    violations = []
    for path in lint.files(root, ".h", ".cc"):
        text = lint.text_of(path)
        lines = text.splitlines()
        if is_table(lines):
            continue
        name = path.relative_to(root)
        if len(lines) > LIMIT:
            violations.append(f"{name}:{LIMIT}: {len(lines)} lines, {LIMIT} at most")
        elif (commas := comma_operators(text)) + len(lines) > LIMIT:
            violations.append(f"{name}:{len(lines)}: {len(lines)} lines and {commas} statements behind a comma operator, {LIMIT} at most together")
    return violations


if __name__ == "__main__":
    lint.main(check)
