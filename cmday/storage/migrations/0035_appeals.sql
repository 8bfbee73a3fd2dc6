-- Appeals: what the author of something asks to be looked at again, and from when on whoever decided may do so.

-- decision is the one that is appealed against, who took it. due: from then on its case comes up for them; for anybody else it does at once.
-- item is what they wrote to say so, where it came that way. opened: when the case came up.
CREATE TABLE appeal (
    case_id TEXT PRIMARY KEY,
    decision TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    due INTEGER NOT NULL,
    text TEXT NOT NULL DEFAULT '',
    item TEXT,
    opened INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX appeal_waiting ON appeal (due) WHERE opened IS NULL;
