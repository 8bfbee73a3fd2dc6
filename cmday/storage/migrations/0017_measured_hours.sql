-- What the hours of a community are measured from: which time was looked at, and the activity that files told of.

-- Stretches of time that the sweeps of an account cover; what lies between them was looked at by nobody.
CREATE TABLE looked (
    account TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    PRIMARY KEY (account, start)
) STRICT, WITHOUT ROWID;
INSERT INTO looked
    SELECT item.account, min(item.at), account_state.last_success
    FROM item JOIN account_state ON account_state.account = item.account
    GROUP BY item.account HAVING min(item.at) < account_state.last_success;

-- The distinct people of an hour are counted from the index alone.
DROP INDEX activity_at;
CREATE INDEX activity_at ON activity (community, at, author);

-- A file once imported. digest is that of its content; source names the kind of export, as two exports of one kind count the same people.
CREATE TABLE imported (
    number INTEGER PRIMARY KEY,
    community TEXT NOT NULL,
    file TEXT NOT NULL,
    source TEXT NOT NULL,
    digest BLOB NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (community, digest)
) STRICT;

-- Who was active when (a keyed hash, as in activity), or how many were within the hour that begins at "at".
CREATE TABLE imported_event (
    import INTEGER NOT NULL REFERENCES imported (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    author BLOB NOT NULL,
    PRIMARY KEY (import, at, author)
) STRICT, WITHOUT ROWID;
CREATE TABLE imported_hour (
    import INTEGER NOT NULL REFERENCES imported (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    people REAL NOT NULL,
    PRIMARY KEY (import, at)
) STRICT, WITHOUT ROWID;

-- The week that was measured last, and of what; as soon as that is another it is measured anew.
CREATE TABLE measured_week (
    community TEXT PRIMARY KEY,
    made_of TEXT NOT NULL,
    week TEXT NOT NULL
) STRICT, WITHOUT ROWID;
