-- What waits to leave the machine, the audit log of all that left, and what can be undone.

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'post', 'action')),
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    community TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (
        state IN ('draft', 'queued', 'sending', 'sent', 'doubtful', 'failed', 'cancelled', 'held')
    ),
    text TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    target TEXT,
    due INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    began INTEGER,
    sent_at INTEGER,
    sent_id TEXT,
    sent_url TEXT,
    error_kind TEXT,
    error_message TEXT,
    rest TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_waiting ON outbox (state, due) WHERE state IN ('draft', 'queued', 'sending', 'doubtful', 'failed', 'held');
CREATE INDEX outbox_target ON outbox (target) WHERE target IS NOT NULL;

-- Append-only: nothing in it is ever changed or taken out.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    outbox TEXT,
    account TEXT,
    target TEXT,
    before TEXT,
    after TEXT,
    answer TEXT
) STRICT;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_whole BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;

-- What was done on this machine and how it was before, newest last; undone rows stay marked.
CREATE TABLE undo (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    verb TEXT NOT NULL,
    slice TEXT NOT NULL,
    said TEXT NOT NULL,
    before TEXT NOT NULL,
    undone INTEGER
) STRICT;
