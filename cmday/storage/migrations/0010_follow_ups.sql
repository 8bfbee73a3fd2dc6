-- When a thread is to come back after one's answer, unless they answered. It holds once that answer (outbox) was sent.

CREATE TABLE follow_up (
    outbox TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_up_at ON follow_up (at);
CREATE INDEX follow_up_item ON follow_up (item);
