-- Rules: which may act by themselves, and which cases of the platforms' queues they have looked at.

-- One row a rule that may act. fingerprint is of its keys and of what it does: a rule that was changed must be tried again.
CREATE TABLE rule_promotion (
    rule TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    at INTEGER NOT NULL,
    decided INTEGER NOT NULL,
    agreed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- examined is NULL where the present rules have not seen what the case says now.
ALTER TABLE moderation_case ADD COLUMN examined INTEGER;
CREATE INDEX case_to_examine ON moderation_case (id) WHERE queued = 1 AND state = 'open' AND examined IS NULL;
CREATE TRIGGER case_changed AFTER UPDATE OF text, joined, labels, community ON moderation_case
WHEN old.examined IS NOT NULL AND (old.text, old.joined, old.labels, old.community) IS NOT (new.text, new.joined, new.labels, new.community)
BEGIN
    UPDATE moderation_case SET examined = NULL WHERE id = new.id;
END;
CREATE TRIGGER case_reported AFTER INSERT ON case_report
BEGIN
    UPDATE moderation_case SET examined = NULL WHERE id = new.case_id AND examined IS NOT NULL;
END;
