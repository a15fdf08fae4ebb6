-- SPDX-License-Identifier: BSD-3-Clause
-- Schema 3 of a student's progress: each row that is acknowledged becomes a link of its attempt's chain, so that a row
-- that was changed, taken out or put in afterwards is found. Who has the program can make another chain: it finds a hand
-- that changed one thing, and proves nothing.

-- `digest` is SHA-256 of the digest before it, the kind and all columns of the row (labs/runner/chain.cc), with its time.
-- A new attempt's first link is `attempt`. One that was begun with schema 1 or 2 begins with `begin`, whose `row` says
-- how many rows were there before: they have no links.
CREATE TABLE chain (
  attempt INTEGER NOT NULL REFERENCES attempt,
  link INTEGER NOT NULL,  -- from 1
  kind TEXT NOT NULL CHECK (kind IN ('begin', 'attempt', 'answer', 'run', 'hint', 'verdict')),
  row INTEGER NOT NULL,   -- its id in that table
  digest TEXT NOT NULL,
  PRIMARY KEY (attempt, link)
) WITHOUT ROWID;
