-- What the house itself keeps: leases, handles, the day's progress, keys, the CM's journal.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    boot TEXT NOT NULL,
    born TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE TABLE handle (
    day TEXT NOT NULL,
    letter TEXT NOT NULL,
    number INTEGER NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (day, letter, number),
    UNIQUE (day, letter, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE step_progress (
    day TEXT NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('begun', 'shown', 'done')),
    at INTEGER NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE keep (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    verb TEXT NOT NULL,
    step TEXT,
    item TEXT,
    text TEXT NOT NULL DEFAULT ''
) STRICT;
