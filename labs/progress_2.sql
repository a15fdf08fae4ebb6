-- SPDX-License-Identifier: BSD-3-Clause
-- Schema 2 of a student's progress: what blocks that measure have measured, raw, so that a verdict can be made again.

-- One window: a stretch of time under one setting. `clock` is the system's clock by the machine's, `taken` the share of
-- the time that others had of a worker's CPU, `cores` who worked on which CPU.
CREATE TABLE sample (
  run INTEGER NOT NULL REFERENCES do_run,
  position INTEGER NOT NULL,  -- from 0, in the order of time
  setting TEXT NOT NULL,
  round INTEGER NOT NULL,
  number INTEGER NOT NULL,
  seconds REAL NOT NULL,
  clock REAL NOT NULL,
  taken REAL NOT NULL,
  cores TEXT NOT NULL,
  PRIMARY KEY (run, position)
) WITHOUT ROWID;

-- What was counted in it, and the figures that follow from that stretch alone.
CREATE TABLE sample_value (
  run INTEGER NOT NULL,
  position INTEGER NOT NULL,
  probe TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('counter', 'gauge', 'text')),
  number REAL NOT NULL,
  text TEXT NOT NULL,
  provenance TEXT NOT NULL CHECK (provenance IN ('measured', 'modelled', 'reference')),
  PRIMARY KEY (run, position, probe),
  FOREIGN KEY (run, position) REFERENCES sample
) WITHOUT ROWID;
