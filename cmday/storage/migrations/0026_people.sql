-- People: who wrote, under which addresses, what one noted of them, and whom one was asked to forget.

-- One row an address (a handle on a network), kept up to date as items are stored. spoke counts what wants an answer, asked what names us in
-- public. person is the number of the address that several linked ones gather under, NULL where nobody linked it. Reports tell of others.
CREATE TABLE address (
    number INTEGER PRIMARY KEY,
    network TEXT NOT NULL,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    items INTEGER NOT NULL,
    spoke INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    follows INTEGER NOT NULL,
    person INTEGER,
    UNIQUE (network, handle)
) STRICT;
CREATE INDEX address_first ON address (first_at);
CREATE INDEX address_last ON address (last_at, spoke);
CREATE INDEX address_person ON address (person) WHERE person IS NOT NULL;

INSERT INTO address (network, handle, name, first_at, last_at, items, spoke, asked, follows)
SELECT network, author_handle, max(author), min(at), max(at), count(*),
    sum(kind IN ('message', 'mention', 'reply', 'question')), sum(kind IN ('mention', 'question', 'share')), max(kind = 'follow')
FROM item WHERE author_handle <> '' AND kind <> 'report' GROUP BY network, author_handle;

CREATE TABLE person_note (
    id INTEGER PRIMARY KEY,
    network TEXT NOT NULL,
    handle TEXT NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX person_note_of ON person_note (network, handle, at);

-- Files that people export wrote, so that forgetting somebody finds them.
CREATE TABLE person_export (
    path TEXT NOT NULL,
    network TEXT NOT NULL,
    handle TEXT NOT NULL,
    PRIMARY KEY (path, network, handle)
) STRICT, WITHOUT ROWID;

-- Words that named somebody who is forgotten, as keyed hashes: nobody can read them back, and what comes again is known by them.
-- author is 1 where the word is an address, whose items are dropped; words is how many words it has.
CREATE TABLE forgotten (
    number INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    words INTEGER NOT NULL,
    author INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
