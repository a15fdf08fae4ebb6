-- SPDX-License-Identifier: BSD-3-Clause
-- A teacher's gradebook, schema 1 (PRAGMA user_version): `ringsidectl grade --merge` adds to it and takes nothing out.

-- One attempt of one hand-in, as it was graded. A file that is graded again by another edition has another row.
CREATE TABLE grade (
  id INTEGER PRIMARY KEY,  -- in the order of merging
  digest TEXT NOT NULL,    -- SHA-256 of the hand-in
  file TEXT NOT NULL,
  student TEXT NOT NULL,
  pack TEXT NOT NULL,      -- "" = the lab comes with Ringside
  lab TEXT NOT NULL,
  title TEXT NOT NULL,
  version TEXT NOT NULL,   -- the lab's hash, as it was taken
  edition TEXT NOT NULL,   -- what it was graded by: hash of the pack or of the lab
  attempt INTEGER NOT NULL,
  variant INTEGER NOT NULL,  -- from 1
  begun_utc TEXT NOT NULL,
  ended_utc TEXT NOT NULL,
  made_utc TEXT NOT NULL,    -- when it was handed in, by the student's clock
  merged_utc TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  score REAL NOT NULL,
  maximum INTEGER NOT NULL,
  predictions_locked INTEGER NOT NULL,
  UNIQUE (digest, pack, lab, edition)
);
CREATE INDEX grade_of ON grade (student, pack, lab);

CREATE TABLE verdict (
  grade INTEGER NOT NULL REFERENCES grade,
  position INTEGER NOT NULL,
  check_id TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'inconclusive', 'skipped')),
  claim TEXT NOT NULL,
  expected TEXT NOT NULL,
  observed TEXT NOT NULL,
  reason TEXT NOT NULL,
  explained TEXT NOT NULL,
  points INTEGER NOT NULL,
  maximum INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  PRIMARY KEY (grade, position)
) WITHOUT ROWID;

CREATE TABLE answer (
  grade INTEGER NOT NULL REFERENCES grade,
  position INTEGER NOT NULL,  -- in the order of time
  question TEXT NOT NULL,
  place INTEGER NOT NULL,     -- of the question in its lab
  step TEXT NOT NULL,
  kind TEXT NOT NULL,
  ask TEXT NOT NULL,
  value TEXT NOT NULL,
  text TEXT NOT NULL,         -- as a person reads it
  at_utc TEXT NOT NULL,
  correct INTEGER,            -- NULL = nobody judges it
  belief TEXT NOT NULL,
  sure INTEGER,
  seconds REAL NOT NULL,
  marked REAL NOT NULL,       -- a sentence: the share that the student ticked; -1 = none
  counts INTEGER NOT NULL,    -- the last one to its question
  points INTEGER NOT NULL,
  maximum INTEGER NOT NULL,
  PRIMARY KEY (grade, position)
) WITHOUT ROWID;

CREATE TABLE hint (grade INTEGER NOT NULL REFERENCES grade, of TEXT NOT NULL, levels INTEGER NOT NULL);
CREATE TABLE spent (grade INTEGER NOT NULL REFERENCES grade, step TEXT NOT NULL, seconds REAL NOT NULL);
CREATE TABLE flag (grade INTEGER NOT NULL REFERENCES grade, code TEXT NOT NULL, what TEXT NOT NULL);
CREATE TABLE measured (grade INTEGER NOT NULL REFERENCES grade, digest TEXT NOT NULL);  -- a run's raw windows
-- What a student may believe, and the questions that show it: ids with blanks around.
CREATE TABLE belief (
  grade INTEGER NOT NULL REFERENCES grade,
  id TEXT NOT NULL,
  belief TEXT NOT NULL,
  questions TEXT NOT NULL
);
