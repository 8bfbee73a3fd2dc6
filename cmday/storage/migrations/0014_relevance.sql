-- Relevance: `echo` are the points for how many sources tell an entry's story. They are no part of `score`, which is
-- what its own words are worth, so that each can be given anew without the other. rank = score + echo + day.
ALTER TABLE entry ADD COLUMN echo REAL NOT NULL DEFAULT 0;

-- What trends, as its sources counted it: how many people told an entry (by its identity) on a day (days since 1970).
CREATE TABLE trend (
    feed INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (feed, identity, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX trend_by_day ON trend (day);
