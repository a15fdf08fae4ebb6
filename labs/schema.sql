-- SPDX-License-Identifier: BSD-3-Clause
-- Compiled labs, schema 3 (PRAGMA user_version): what the build and `ringsidectl lab build` write, and what both programs
-- take labs from. `lab.source` is the author's text, which the runner reads; the tables beside it say the same in rows,
-- with each variant filled in, for lists, search, reports and queries.

CREATE TABLE lab (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,  -- of its folder: 1
  folder TEXT NOT NULL,     -- 001_anatomy_of_a_ring
  block TEXT NOT NULL,      -- what it belongs to: Rings and exits
  title TEXT NOT NULL,
  promise TEXT NOT NULL,
  minutes INTEGER NOT NULL,
  scaffold TEXT NOT NULL CHECK (scaffold IN ('worked', 'faded', 'independent')),
  cores INTEGER NOT NULL,
  kvm TEXT NOT NULL,
  mem_mb INTEGER NOT NULL,
  next TEXT NOT NULL,
  variants INTEGER NOT NULL,
  items INTEGER NOT NULL,   -- questions and do-blocks
  hash TEXT NOT NULL,       -- of the source
  source TEXT NOT NULL
);

CREATE TABLE variant (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  number INTEGER NOT NULL,  -- from 1
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (lab, number, field)
) WITHOUT ROWID;

CREATE TABLE misconception (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  id TEXT NOT NULL,
  belief TEXT NOT NULL,
  truth TEXT NOT NULL,
  PRIMARY KEY (lab, id)
) WITHOUT ROWID;

-- Steps and what stands in them, in order: `kind` is text, question or do.
CREATE TABLE item (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  variant INTEGER NOT NULL,
  position INTEGER NOT NULL,
  step TEXT NOT NULL,
  step_name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('text', 'question', 'do')),
  id TEXT NOT NULL,         -- "" for a text
  content TEXT NOT NULL,    -- Markdown, the question, or commands
  line INTEGER NOT NULL,
  PRIMARY KEY (lab, variant, position)
) WITHOUT ROWID;

CREATE TABLE question (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  variant INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('predict', 'observe', 'explain')),
  ask TEXT NOT NULL,
  probe TEXT NOT NULL,
  since TEXT NOT NULL,
  correct TEXT NOT NULL,
  points INTEGER NOT NULL,
  PRIMARY KEY (lab, variant, id)
) WITHOUT ROWID;

CREATE TABLE choice (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  variant INTEGER NOT NULL,
  question TEXT NOT NULL,
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  reply TEXT NOT NULL,
  belief TEXT NOT NULL,
  PRIMARY KEY (lab, variant, question, id)
) WITHOUT ROWID;

CREATE TABLE hint (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  variant INTEGER NOT NULL,
  of TEXT NOT NULL,
  level INTEGER NOT NULL,   -- 1 nudge to 4 worked
  text TEXT NOT NULL,
  PRIMARY KEY (lab, variant, of, level)
) WITHOUT ROWID;

CREATE TABLE lab_check (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  variant INTEGER NOT NULL,
  id TEXT NOT NULL,
  band TEXT NOT NULL CHECK (band IN ('environment', 'topology', 'traffic', 'claim')),
  verb TEXT NOT NULL,
  probe TEXT NOT NULL,
  since TEXT NOT NULL,
  value TEXT NOT NULL,
  claim TEXT NOT NULL,
  reason TEXT NOT NULL,
  look TEXT NOT NULL,
  points INTEGER NOT NULL,
  hidden INTEGER NOT NULL DEFAULT 0,  -- only a teacher's pack has it
  PRIMARY KEY (lab, variant, id)
) WITHOUT ROWID;
