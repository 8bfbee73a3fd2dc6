-- The ledger of notifications, how far each account was read, and the traces that hours are measured from.

-- priority 1 wants an answer first, 2 is a report, 3 wants an answer too, 4 are reactions. fold is the public id of the line that a reaction
-- folds into, NULL where an item is a line of its own. community is '' where an item belongs to none.
CREATE TABLE item (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    community TEXT NOT NULL,
    kind TEXT NOT NULL,
    priority INTEGER NOT NULL,
    fold TEXT,
    author TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT,
    at INTEGER NOT NULL,
    thread TEXT,
    subject TEXT,
    subject_text TEXT,
    edited INTEGER,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'seen', 'done', 'snoozed')),
    snoozed_until INTEGER,
    first_seen INTEGER NOT NULL
) STRICT;

-- What is listed all day: the partial indices hold the open items only, so a long history costs nothing.
CREATE INDEX item_to_answer ON item (community, priority, at) WHERE state IN ('new', 'seen') AND fold IS NULL;
CREATE INDEX item_folded ON item (fold, community, kind, at, author_handle, state)
    WHERE state IN ('new', 'seen') AND fold IS NOT NULL;
CREATE INDEX item_fold ON item (fold) WHERE fold IS NOT NULL;
CREATE INDEX item_snoozed ON item (snoozed_until) WHERE state = 'snoozed';
CREATE INDEX item_thread ON item (account, thread, at) WHERE thread IS NOT NULL;
CREATE INDEX item_at ON item (at);

-- fresh counts what the last sweep brought; gap says what it may have missed; retry_at is what the server asked for.
CREATE TABLE account_state (
    account TEXT PRIMARY KEY,
    cursor TEXT,
    last_success INTEGER,
    last_attempt INTEGER,
    fresh INTEGER NOT NULL DEFAULT 0,
    gap TEXT,
    retry_at INTEGER,
    error_kind TEXT,
    error_message TEXT,
    error_hint TEXT
) STRICT, WITHOUT ROWID;

-- Who was active when, without saying who: item and author are keyed hashes. A row outlives its item.
CREATE TABLE activity (
    item BLOB PRIMARY KEY,
    at INTEGER NOT NULL,
    author BLOB NOT NULL,
    community TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_at ON activity (community, at);
