-- What needs a moderator's decision, and why.

-- One row a thing (a post, a mail, a person), however many items and reports are about it.
CREATE TABLE moderation_case (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    community TEXT NOT NULL,
    author TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT,
    opened_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'resolved')),
    decided_at INTEGER,
    item TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX case_open ON moderation_case (community, opened_at) WHERE state = 'open';

-- Why: a report, or a rule that an item fits. A rule that only observes has a row without a case.
CREATE TABLE case_cause (
    item TEXT NOT NULL,
    rule TEXT NOT NULL,
    case_id TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (item, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX cause_of_case ON case_cause (case_id);
CREATE INDEX cause_of_rule ON case_cause (rule);

-- Items whose text changed after they were examined.
CREATE TABLE examine_again (
    number INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER item_text_changed AFTER UPDATE OF text ON item WHEN old.text IS NOT new.text
BEGIN
    INSERT OR IGNORE INTO examine_again VALUES (new.number);
END;
