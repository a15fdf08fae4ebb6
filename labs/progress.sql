-- SPDX-License-Identifier: BSD-3-Clause
-- What a student has done: $XDG_DATA_HOME/ringside/progress.db. Rows are added, never changed; the newest one counts.
-- This file is schema 1 (PRAGMA user_version); later schemas are migrations in labs/runner/store.cc.

-- One walk through one lab; `lab` is its id, of a pack's PACK/ID. A lab that has changed since (hash) begins a new attempt; the old one stays.
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  student TEXT NOT NULL,
  lab TEXT NOT NULL,
  hash TEXT NOT NULL,
  variant INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  begun_utc TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX attempt_of ON attempt (student, lab);

-- An answer to a question. A prediction has one row: it is locked. `right` is NULL where nothing is graded.
CREATE TABLE answer (
  id INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempt,
  question TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('predict', 'observe', 'explain')),
  value TEXT NOT NULL,
  belief TEXT,             -- the misconception that this answer shows
  sure INTEGER,            -- 1 to 3, never graded
  correct INTEGER,
  points REAL NOT NULL DEFAULT 0,
  seconds REAL,
  at_utc TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE UNIQUE INDEX prediction_is_locked ON answer (attempt, question) WHERE kind = 'predict';
CREATE INDEX answer_of ON answer (attempt, question);

-- A do-block that was run to its end, with the lines that were run.
CREATE TABLE do_run (
  id INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempt,
  block TEXT NOT NULL,
  commands TEXT NOT NULL,  -- a line each
  at_utc TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX run_of ON do_run (attempt, block);

-- The probes that the lab looks at, as they were when the block began and when it ended.
CREATE TABLE frozen (
  run INTEGER NOT NULL REFERENCES do_run,
  probe TEXT NOT NULL,
  moment TEXT NOT NULL CHECK (moment IN ('begin', 'end')),
  kind TEXT NOT NULL CHECK (kind IN ('counter', 'gauge', 'text')),
  number REAL NOT NULL,
  text TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('measured', 'modelled', 'reference')),
  PRIMARY KEY (run, probe, moment)
) WITHOUT ROWID;

CREATE TABLE hint (
  id INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempt,
  of TEXT NOT NULL,
  level INTEGER NOT NULL,
  at_utc TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);

CREATE TABLE verdict (
  id INTEGER PRIMARY KEY,
  attempt INTEGER NOT NULL REFERENCES attempt,
  check_id TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'inconclusive', 'skipped')),
  reason TEXT NOT NULL,
  expected TEXT NOT NULL,
  observed TEXT NOT NULL,
  points INTEGER NOT NULL,
  maximum INTEGER NOT NULL,
  at_utc TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
