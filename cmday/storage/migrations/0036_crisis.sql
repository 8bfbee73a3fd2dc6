-- Alarms and crises: what speaks against a community, what is held back and why, and the timed log.

-- Items that came or changed and were not judged yet; whoever counts next judges them.
CREATE TABLE unjudged (
    number INTEGER PRIMARY KEY
) STRICT;
CREATE TRIGGER item_unjudged AFTER INSERT ON item
BEGIN
    INSERT OR IGNORE INTO unjudged VALUES (new.number);
END;
CREATE TRIGGER item_judged_again AFTER UPDATE OF text ON item WHEN old.text IS NOT new.text
BEGIN
    INSERT OR IGNORE INTO unjudged VALUES (new.number);
END;

-- How often a post of somebody else was shared when its network was asked last: asked in a crisis only.
CREATE TABLE item_reach (
    number INTEGER PRIMARY KEY,
    shares INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- Only what is negative (by its words) or flagged (a rule fits it, or it is a report) has a row: a week is counted without reading a text.
CREATE TABLE grievance (
    number INTEGER PRIMARY KEY,
    community TEXT NOT NULL,
    at INTEGER NOT NULL,
    negative INTEGER NOT NULL,
    flagged INTEGER NOT NULL
) STRICT;
CREATE INDEX grievance_at ON grievance (community, at);
CREATE TRIGGER item_and_grievance AFTER DELETE ON item
BEGIN
    DELETE FROM grievance WHERE number = old.number;
    DELETE FROM unjudged WHERE number = old.number;
    DELETE FROM item_reach WHERE number = old.number;
END;
CREATE TRIGGER cause_flags AFTER INSERT ON case_cause WHEN new.case_id IS NOT NULL
BEGIN
    INSERT INTO grievance SELECT number, community, at, 0, 1 FROM item WHERE id = new.item AND community <> ''
        ON CONFLICT (number) DO UPDATE SET flagged = 1;
END;

-- Reports of a platform's own queue are counted where they are kept.
CREATE INDEX report_at ON case_report (at);

-- The first item of each community that the ledger ever had: how long its history is.
CREATE TABLE listened (
    community TEXT PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO unjudged SELECT number FROM item WHERE at > (SELECT max(at) FROM item) - 700000;
INSERT INTO listened SELECT community, min(at) FROM item WHERE community <> '' GROUP BY community;
INSERT INTO grievance
    SELECT DISTINCT i.number, i.community, i.at, 0, 1 FROM case_cause c JOIN item i ON i.id = c.item
    WHERE c.case_id IS NOT NULL AND i.community <> '' AND i.at > (SELECT max(at) FROM item) - 700000;

-- by: alarm or hand. state: alarm (nobody has decided yet), open (somebody has it in hand), over. speaker: who speaks for the community.
CREATE TABLE crisis (
    number INTEGER PRIMARY KEY,
    community TEXT NOT NULL,
    by TEXT NOT NULL CHECK (by IN ('alarm', 'hand')),
    state TEXT NOT NULL CHECK (state IN ('alarm', 'open', 'over')),
    began INTEGER NOT NULL,
    ended INTEGER,
    first_word_due INTEGER NOT NULL,
    speaker TEXT,
    count INTEGER,
    authors INTEGER,
    mean REAL,
    sigma REAL
) STRICT;
CREATE UNIQUE INDEX crisis_living ON crisis (community) WHERE state <> 'over';

CREATE TABLE crisis_line (
    number INTEGER PRIMARY KEY,
    crisis INTEGER NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    point INTEGER,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX crisis_line_of ON crisis_line (crisis, number);

-- A freeze holds several things of the outbox back for one reason; crisis is NULL for one by hand (a day of mourning).
CREATE TABLE freeze (
    number INTEGER PRIMARY KEY,
    crisis INTEGER,
    why TEXT NOT NULL,
    began INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE TABLE frozen (
    freeze INTEGER NOT NULL,
    outbox TEXT NOT NULL,
    PRIMARY KEY (freeze, outbox)
) STRICT, WITHOUT ROWID;

-- Posts that wait on a server. state: there (named, and still on it), taking (about to be taken off), taken, back. outbox: our copy of it.
CREATE TABLE crisis_scheduled (
    number INTEGER PRIMARY KEY,
    crisis INTEGER NOT NULL,
    account TEXT NOT NULL,
    native TEXT NOT NULL,
    at INTEGER,
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('there', 'taking', 'taken', 'back')),
    why TEXT,
    outbox TEXT,
    returns INTEGER NOT NULL,
    visibility TEXT,
    language TEXT,
    UNIQUE (crisis, account, native)
) STRICT;
