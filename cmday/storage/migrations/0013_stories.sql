-- Stories: which entries tell the same. Membership stays; what folding needs to go on is there for two weeks only.
CREATE TABLE story_entry (
    entry INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
    story INTEGER NOT NULL
) STRICT;

CREATE INDEX story_entry_of ON story_entry (story);

-- A story as folding knows it: MessagePack of the words it is told in. `last` is when it was last told.
CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    told BLOB NOT NULL
) STRICT;

CREATE INDEX story_last ON story (last);

-- The telling words of each, to find the stories that a headline may belong to.
CREATE TABLE story_word (
    word TEXT NOT NULL,
    story INTEGER NOT NULL,
    PRIMARY KEY (word, story)
) STRICT, WITHOUT ROWID;

-- How often each word was read of late: halved every week, so that what was once common may become rare again.
CREATE TABLE story_count (
    word TEXT PRIMARY KEY,
    count REAL NOT NULL
) STRICT, WITHOUT ROWID;
