-- Calendars as they were last read, what they hold in the days around now, and the CM's own operations.

-- source is the address or folder that the copy belongs to; version is given back to the server; digest stands for the
-- contents; expanded says for which contents, days and zone the occurrences below were worked out.
CREATE TABLE calendar (
    name TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    version TEXT,
    body BLOB,
    digest TEXT,
    fetched INTEGER,
    attempted INTEGER,
    error_kind TEXT,
    error_message TEXT,
    expanded TEXT
) STRICT;

CREATE TABLE occurrence (
    calendar TEXT NOT NULL REFERENCES calendar (name) ON DELETE CASCADE,
    uid TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    title TEXT NOT NULL,
    location TEXT,
    all_day INTEGER NOT NULL,
    busy INTEGER NOT NULL,
    PRIMARY KEY (calendar, uid, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX occurrence_start ON occurrence (start);

CREATE TABLE unreadable_event (
    calendar TEXT NOT NULL REFERENCES calendar (name) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    uid TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (calendar, number)
) STRICT, WITHOUT ROWID;

-- Lengths are seconds. placed is the start that was agreed to, NULL while it has none.
CREATE TABLE operation (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    community TEXT,
    duration INTEGER NOT NULL CHECK (duration > 0),
    wants TEXT NOT NULL CHECK (wants IN ('quiet', 'peak', 'any')),
    due INTEGER,
    not_before INTEGER,
    placed INTEGER,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'running', 'paused', 'done', 'dropped')),
    created INTEGER NOT NULL,
    began INTEGER,
    spent INTEGER NOT NULL DEFAULT 0,
    locked INTEGER NOT NULL DEFAULT 0,
    ended INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_living ON operation (placed) WHERE state IN ('open', 'running', 'paused');
CREATE INDEX operation_ended ON operation (ended) WHERE ended IS NOT NULL;
