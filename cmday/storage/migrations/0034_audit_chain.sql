-- The audit log as a chain: each record carries the hash of the one before. docs/trace.md says what is hashed.

-- What was there is carried over by storage/audit_carried.py, which needs SHA-256, and goes then.
DROP TRIGGER audit_stays;
DROP TRIGGER audit_is_whole;
DROP TRIGGER audit_grows;
DROP INDEX audit_of_outbox;
ALTER TABLE audit RENAME TO audit_before_chain;

-- The record holds words of our own only. digests: JSON, the salted digest of each personal field by its name.
-- erased: how many personal fields this record tells the erasing of.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    outbox TEXT,
    erased INTEGER NOT NULL DEFAULT 0,
    digests TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX audit_of_outbox ON audit (outbox) WHERE outbox IS NOT NULL;
CREATE INDEX audit_at ON audit (at);

-- Whatever may name somebody. Without value and salt: erased.
CREATE TABLE audit_personal (
    record INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT,
    salt TEXT,
    PRIMARY KEY (record, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_target ON audit_personal (value) WHERE field = 'target';
CREATE INDEX audit_erased ON audit_personal (record) WHERE salt IS NULL;

-- Append-only: nothing in it is ever changed, replaced or taken out...
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_whole BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_grows BEFORE INSERT ON audit WHEN new.number <= (SELECT coalesce(max(number), 0) FROM audit)
BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;
-- ... but for one thing: a personal field may lose its value together with its salt.
CREATE TRIGGER audit_personal_is_only_erased BEFORE UPDATE ON audit_personal
WHEN new.value IS NOT NULL OR new.salt IS NOT NULL OR new.record <> old.record OR new.field <> old.field
BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_personal_is_whole BEFORE DELETE ON audit_personal
BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;
-- The fields of a record come before it, in the same transaction; none is put in its place or added afterwards.
CREATE TRIGGER audit_personal_grows BEFORE INSERT ON audit_personal
WHEN new.record <= (SELECT coalesce(max(number), 0) FROM audit) OR new.value IS NULL OR new.salt IS NULL
BEGIN
    SELECT raise(ABORT, 'the audit log is append-only');
END;
