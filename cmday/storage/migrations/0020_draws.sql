-- Draws of contests: the rules and the seed as they were published, then who won. Nothing here is ever changed again.

-- contest is the series of operations, or a single one. rules and result are JSON.
CREATE TABLE draw (
    contest TEXT PRIMARY KEY,
    rules TEXT NOT NULL,
    seed TEXT NOT NULL,
    prepared INTEGER NOT NULL,
    drawn INTEGER,
    result TEXT
) STRICT, WITHOUT ROWID;

CREATE TRIGGER draw_rules_stand BEFORE UPDATE OF contest, rules, seed, prepared ON draw BEGIN
    SELECT RAISE(ABORT, 'the rules of a draw stand once they are published');
END;

CREATE TRIGGER draw_result_stands BEFORE UPDATE OF drawn, result ON draw WHEN old.result IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'a draw is drawn once');
END;
