-- What paid sources cost, in millionths of a dollar. `reserved` is written before a request is asked and is the most it
-- can cost; `cost` is what it has cost, NULL while that is unknown, and then `reserved` counts. Days are those of UTC.
CREATE TABLE spend (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    day TEXT NOT NULL,
    reserved INTEGER NOT NULL,
    cost INTEGER
) STRICT;

CREATE INDEX spend_by_day ON spend (source, day);

-- The newest post that was paid for, by the address of its source: what comes before it is never paid for again.
CREATE TABLE source_cursor (
    url TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Whether an entry was read both here and there when both sides last agreed; what differs from it changed since.
CREATE TABLE source_mark (
    entry INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
    feed INTEGER NOT NULL,
    read INTEGER NOT NULL
) STRICT;

CREATE INDEX source_mark_of_feed ON source_mark (feed);
