-- What waits to leave the machine, the audit log of all that left, and what can be undone.

-- number is the order in which things were written. rest holds what no query asks for (msgspec, see storage/outbox.py).
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
    changed INTEGER NOT NULL,
    target TEXT,
    due INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    began INTEGER,
    sender TEXT,
    retry_at INTEGER,
    sent_at INTEGER,
    sent_id TEXT,
    sent_url TEXT,
    error_kind TEXT,
    error_message TEXT,
    rest TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX outbox_waiting ON outbox (state, due)
    WHERE state IN ('draft', 'queued', 'sending', 'doubtful', 'failed', 'held');
CREATE INDEX outbox_target ON outbox (target) WHERE target IS NOT NULL;
CREATE INDEX outbox_changed ON outbox (changed);

-- Whatever a program does wrong: only what is queued goes out, and what was sent is never sent again.
CREATE TRIGGER outbox_goes_once BEFORE UPDATE OF state ON outbox
WHEN (new.state = 'sending' AND old.state NOT IN ('queued', 'sending'))
    OR (old.state = 'sent' AND new.state NOT IN ('sent', 'cancelled'))
    OR (old.sent_id IS NOT NULL AND new.state NOT IN ('sent', 'cancelled'))
BEGIN
    SELECT raise(ABORT, 'what was sent is never sent again');
END;

-- Append-only: nothing in it is ever changed, replaced or taken out.
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
CREATE INDEX audit_of_outbox ON audit (outbox) WHERE outbox IS NOT NULL;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_whole BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_grows BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE number = new.number)
BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;

-- What was done on this machine and how it was before: JSON by the id of each item, what is undone taken out.
CREATE TABLE undo (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    verb TEXT NOT NULL,
    slice TEXT NOT NULL,
    said TEXT NOT NULL,
    before TEXT NOT NULL,
    undone INTEGER
) STRICT;
CREATE INDEX undo_open ON undo (number) WHERE undone IS NULL;
