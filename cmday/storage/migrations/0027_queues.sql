-- Cases of the platforms' own queues: what they tell of a thing beside its words, and each report of it once.

-- queued: 1 while the thing stands in its platform's queue, 0 once it stood there, NULL if it never did; what is NULL counts the notifications
-- of reports, the others the reports of the queue. source tells whose words text is: 0 a report's, 1 an item's, 2 the queue's. elsewhere tells
-- who dealt with it outside cmday, again why a decided case is open again. weight is the part of the priority that does not grow with time.
ALTER TABLE moderation_case ADD COLUMN author_id TEXT;
ALTER TABLE moderation_case ADD COLUMN subject TEXT;
ALTER TABLE moderation_case ADD COLUMN edited INTEGER;
ALTER TABLE moderation_case ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE moderation_case ADD COLUMN claimed_by TEXT;
ALTER TABLE moderation_case ADD COLUMN appeal INTEGER NOT NULL DEFAULT 0;
ALTER TABLE moderation_case ADD COLUMN elsewhere TEXT;
ALTER TABLE moderation_case ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE moderation_case ADD COLUMN joined INTEGER;
ALTER TABLE moderation_case ADD COLUMN place TEXT NOT NULL DEFAULT '{}';
ALTER TABLE moderation_case ADD COLUMN thread TEXT;
ALTER TABLE moderation_case ADD COLUMN queued INTEGER;
ALTER TABLE moderation_case ADD COLUMN source INTEGER NOT NULL DEFAULT 1;
ALTER TABLE moderation_case ADD COLUMN again TEXT;
ALTER TABLE moderation_case ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;
ALTER TABLE case_cause ADD COLUMN severity INTEGER NOT NULL DEFAULT 0;

UPDATE moderation_case SET
    source = item NOT IN (SELECT item FROM case_cause WHERE rule = ''),
    weight = min(100, 20 * (SELECT count(*) FROM case_cause WHERE case_id = moderation_case.id AND rule = ''))
        + min(30, 10 * (SELECT count(DISTINCT rule) FROM case_cause WHERE case_id = moderation_case.id AND rule <> ''));

-- The order of the queue does not change with time: an hour of waiting weighs as much as one of weight.
CREATE INDEX case_rank ON moderation_case (opened_at - 3600 * weight, id) WHERE state = 'open';
CREATE INDEX case_decided ON moderation_case (decided_at) WHERE state <> 'open';
CREATE INDEX case_queued ON moderation_case (account) WHERE queued = 1;
CREATE INDEX case_author ON moderation_case (network, author_handle);

-- One row a report, by the platform's own id. open: the platform still asks for a decision on it.
CREATE TABLE case_report (
    case_id TEXT NOT NULL REFERENCES moderation_case (id) ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    id TEXT NOT NULL,
    by TEXT NOT NULL,
    by_handle TEXT NOT NULL,
    reason TEXT NOT NULL,
    severity INTEGER NOT NULL,
    at INTEGER NOT NULL,
    open INTEGER NOT NULL,
    PRIMARY KEY (case_id, id)
) STRICT, WITHOUT ROWID;

-- How far the queue of each account was read, and how that went last.
CREATE TABLE queue_state (
    account TEXT PRIMARY KEY,
    cursor TEXT,
    seen_at INTEGER,
    tried_at INTEGER,
    said TEXT,
    gap TEXT,
    retry_at INTEGER,
    error_kind TEXT,
    error_message TEXT,
    error_hint TEXT
) STRICT, WITHOUT ROWID;
