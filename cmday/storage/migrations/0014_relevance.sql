-- Relevance. `score` is what an entry's own words are worth; `echo` are the points for how many sources tell its story,
-- beside it, so that each can be given anew without the other. rank = score + echo + day. `whose` are the communities it
-- is for, `own` those whose own name it mentions: short names parted by blanks, found out once, when it is stored.
ALTER TABLE entry ADD COLUMN echo REAL NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN whose TEXT NOT NULL DEFAULT '';
ALTER TABLE entry ADD COLUMN own TEXT NOT NULL DEFAULT '';

CREATE INDEX entry_own ON entry (shown_at DESC) WHERE own <> '';

-- What trends, as its sources counted it: how many people told an entry (by its identity) on a day (days since 1970).
CREATE TABLE trend (
    feed INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (feed, identity, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX trend_by_day ON trend (day);

-- What the person said "not interesting" to, by the entry's key.
CREATE TABLE refusal (
    entry INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX refusal_at ON refusal (at);
