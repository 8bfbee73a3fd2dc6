-- What was decided about cases. The case may be gone; the decision stays, with the thing as it was then.

-- rules is a JSON list of names. outbox is the item that carries it out, NULL where it stays on this machine. automatic: a rule took it.
CREATE TABLE decision (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL,
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    community TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    author_id TEXT,
    text TEXT NOT NULL,
    action TEXT NOT NULL,
    why TEXT NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    rules TEXT NOT NULL DEFAULT '[]',
    automatic INTEGER NOT NULL DEFAULT 0 CHECK (automatic IN (0, 1)),
    outbox TEXT,
    reversed_at INTEGER,
    appealed INTEGER NOT NULL DEFAULT 0 CHECK (appealed IN (0, 1)),
    reviewed_at INTEGER
) STRICT;
CREATE INDEX decision_of_case ON decision (case_id, at);
CREATE INDEX decision_of_author ON decision (network, author_handle, at);
CREATE INDEX decision_of_id ON decision (network, author_id) WHERE author_id IS NOT NULL;
CREATE INDEX decision_at ON decision (at, community);
CREATE INDEX decision_outbox ON decision (outbox) WHERE outbox IS NOT NULL;
