# SPDX-License-Identifier: BSD-3-Clause
"""Hand-ins as somebody makes them who knows how: the chain is computed anew after a change, as labs/runner/chain.cc computes it."""

import contextlib
import hashlib
import shutil
import sqlite3

CONTENTS = {
    "attempt": ["SELECT student, lab, hash, variant, seed, begun_utc FROM attempt WHERE id = ?"],
    "answer": ["SELECT question, kind, value, belief, sure, correct, points, seconds, at_utc FROM answer WHERE id = ?"],
    "run": ["SELECT block, commands, at_utc FROM do_run WHERE id = ?",
            "SELECT probe, moment, kind, number, text, provenance FROM frozen WHERE run = ? ORDER BY probe, moment",
            "SELECT position, setting, round, number, seconds, clock, taken, cores FROM sample WHERE run = ? ORDER BY position",
            "SELECT position, probe, kind, number, text, provenance FROM sample_value WHERE run = ? ORDER BY position, probe"],
    "hint": ["SELECT of, level, at_utc FROM hint WHERE id = ?"],
    "verdict": ["SELECT check_id, verdict, reason, expected, observed, points, maximum, at_utc FROM verdict WHERE id = ?"],
}


def part(text):
    data = text.encode()
    return str(len(data)).encode() + b":" + data


def column(value):
    return "n" if value is None else f"i{value}" if isinstance(value, int) else f"f{value:.17g}" if isinstance(value, float) else "t" + value


def chain_anew(db, order=None):
    """Of each attempt; `order`: its links in another one, from the list of (kind, row)."""
    for (attempt,) in db.execute("SELECT id FROM attempt").fetchall():
        links = db.execute("SELECT kind, row FROM chain WHERE attempt = ? ORDER BY link", [attempt]).fetchall()
        links = order(links) if order else links
        db.execute("DELETE FROM chain WHERE attempt = ?", [attempt])
        digest = ""
        for number, (kind, row) in enumerate(links, 1):
            data = part(digest) + part(kind)
            for query in CONTENTS[kind]:
                for found in db.execute(query, [row]):
                    data += part("row") + b"".join(part(column(value)) for value in found)
                data += part("end")
            digest = hashlib.sha256(data).hexdigest()
            db.execute("INSERT INTO chain VALUES (?, ?, ?, ?, ?)", [attempt, number, kind, row, digest])


def forged(source, to, *statements, order=None):
    """A copy on which these statements were run, with a chain that holds."""
    shutil.copy(source, to)
    with contextlib.closing(sqlite3.connect(to)) as db:
        for statement in statements:
            db.execute(*statement) if isinstance(statement, tuple) else db.execute(statement)
        chain_anew(db, order)
        db.commit()
    return to
