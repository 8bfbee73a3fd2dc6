-- What can be searched for, and what was shared with whom.

-- The words of entries, without the entries: a contentless index, a third of the size of one that keeps its texts. Rows
-- of it are never changed. An edited entry gets a new number in search_doc, and what the old one finds leads nowhere.
CREATE VIRTUAL TABLE search USING fts5 (
    title, author, body, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2', prefix='3'
);
CREATE TABLE search_doc (
    doc INTEGER PRIMARY KEY AUTOINCREMENT,
    entry INTEGER NOT NULL UNIQUE,
    feed INTEGER NOT NULL,
    shown_at INTEGER NOT NULL
) STRICT;

-- What the index does not have yet. These triggers note a number, which is cheap; filling the index in bulk after the
-- refresh is what makes it so (by trigger it took 123 microseconds an entry).
CREATE TABLE search_due (
    entry INTEGER PRIMARY KEY
) STRICT;
INSERT INTO search_due SELECT id FROM entry;

CREATE TRIGGER search_wants_new AFTER INSERT ON entry BEGIN
    INSERT OR IGNORE INTO search_due VALUES (new.id);
END;

CREATE TRIGGER search_wants_edited AFTER UPDATE OF hash, feed, shown_at ON entry
WHEN old.hash <> new.hash OR old.feed <> new.feed OR old.shown_at <> new.shown_at
BEGIN
    INSERT OR IGNORE INTO search_due VALUES (new.id);
END;

CREATE TRIGGER search_forgets AFTER DELETE ON entry BEGIN
    DELETE FROM search_doc WHERE entry = old.id;
    DELETE FROM search_due WHERE entry = old.id;
END;

-- One row for each post that a story was shared in; its state is that of the post, in the outbox. Title, address and
-- source are kept as they were: the entry may be gone when the press review is written.
CREATE TABLE share (
    outbox TEXT PRIMARY KEY,
    community TEXT NOT NULL,
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    at INTEGER NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    link TEXT,
    source TEXT NOT NULL,
    author TEXT,
    published INTEGER,
    summary TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX share_at ON share (at);

-- Every entry of the story that was shared, by its key: it outlives the entry, which may come back.
CREATE TABLE share_entry (
    entry INTEGER NOT NULL,
    outbox TEXT NOT NULL REFERENCES share (outbox) ON DELETE CASCADE,
    PRIMARY KEY (entry, outbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX share_entry_of ON share_entry (outbox);
