-- SPDX-License-Identifier: BSD-3-Clause
-- What a hand-in (FILE.rsub) has beside the tables of progress (progress.sql and those after it), of which it holds the
-- rows of one student's newest attempts. Schema 1 (PRAGMA user_version).

-- One row.
CREATE TABLE hand_in (
  student TEXT NOT NULL,
  made_utc TEXT NOT NULL,
  made_by TEXT NOT NULL   -- "Ringside 0.1.0"
);

CREATE TABLE handed_lab (
  attempt INTEGER PRIMARY KEY REFERENCES attempt,
  number INTEGER NOT NULL,  -- which attempt of this student at this lab, from 1
  lab TEXT NOT NULL,        -- its id, without the pack
  pack TEXT NOT NULL,       -- "" = it comes with Ringside
  edition TEXT NOT NULL,    -- pack.hash; "" = none, or it is installed no more
  kind TEXT NOT NULL        -- student, teacher; "" likewise
);

-- The machine on which it was handed in: cpu, cores, kvm, nested, kernel, ringside.
CREATE TABLE environment (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
