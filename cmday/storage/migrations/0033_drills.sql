-- How drills went, to be compared with the next time. Nobody's words are kept: numbers only, and what they are about.

-- kind is scenario or reply, name the scenario or the message. measures is JSON.
CREATE TABLE drill (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('scenario', 'reply')),
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    at INTEGER NOT NULL,
    points INTEGER NOT NULL,
    most INTEGER NOT NULL,
    measures TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX drill_by_name ON drill (kind, name, number);
