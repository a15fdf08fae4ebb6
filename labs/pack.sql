-- SPDX-License-Identifier: BSD-3-Clause
-- What a pack has beside the tables of compiled labs (schema.sql): `ringsidectl lab pack` makes it, `lab install` takes it.

-- One row. `hash` names the edition: pack id, whole texts, captures; teacher's pack, student's pack and unlock file of
-- one edition have the same. `seal` is of what this file holds: damage is found by it, forgery is not.
CREATE TABLE pack (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('student', 'teacher', 'unlock')),
  graded INTEGER NOT NULL,
  hints TEXT NOT NULL,      -- how far they are in it: none, nudge, concept, step, worked
  unlocked INTEGER NOT NULL,
  schema INTEGER NOT NULL,  -- of the tables, as PRAGMA user_version says, too
  hash TEXT NOT NULL,
  seal TEXT NOT NULL,
  made_from TEXT NOT NULL   -- what made it, and its labs: "Ringside 0.9; anatomy-of-a-ring 0c1f…"
) WITHOUT ROWID;

-- What lies beside its labs' texts: the captures that they play, `name` as the lab writes it behind pcap:, and the windows
-- that their solutions measured once, windows/solution-1.json for variant 1.
CREATE TABLE capture (
  lab TEXT NOT NULL REFERENCES lab ON DELETE CASCADE,
  name TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (lab, name)
);
