-- What came of the last visits to each feed: a ring of 32 rows a feed, so that it never grows.
CREATE TABLE visit (
    feed INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    slot INTEGER NOT NULL,                      -- the visit's number, modulo the length of the ring
    at INTEGER NOT NULL,
    status TEXT NOT NULL,                       -- new, unchanged, moved, gone, failed
    http_status INTEGER,
    bytes INTEGER,                              -- of the body after decompression; NULL where none came
    new INTEGER NOT NULL DEFAULT 0,
    sent TEXT,                                  -- the validator that was shown (the ETag before Last-Modified)
    given TEXT,                                 -- the validator that the answer gave
    hops TEXT,                                  -- redirects: [[status, address], ...]
    error TEXT,
    reason TEXT,                                -- why the next check is when it is: a word of ours
    next_check INTEGER,
    PRIMARY KEY (feed, slot)
) STRICT, WITHOUT ROWID;

ALTER TABLE feed ADD COLUMN visits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed ADD COLUMN rhythm INTEGER;          -- seconds that fit its own pace, as of the last body that was read
ALTER TABLE feed ADD COLUMN failing_since INTEGER;   -- of the failures in a row; NULL while it answers

-- A reason is a word of ours, said in the person's language when it is shown.
UPDATE feed SET reason = CASE reason
    WHEN 'its own rhythm' THEN 'rhythm'
    WHEN 'your interval' THEN 'interval'
    WHEN 'the feed''s ttl' THEN 'ttl'
    WHEN 'the server''s max-age' THEN 'max-age'
    WHEN 'the server''s Expires' THEN 'expires'
    WHEN 'the server''s Retry-After' THEN 'retry-after'
    WHEN 'the server asked for patience' THEN 'patience'
    WHEN 'gone for good' THEN 'gone'
    WHEN 'it failed' THEN 'failed'
END;
