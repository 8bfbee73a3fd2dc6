-- What cmday watch told whom. state: telling (on its way, or in doubt where its process is dead), told, doubtful.
CREATE TABLE told (
    notice TEXT NOT NULL,
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('telling', 'told', 'doubtful')),
    teller TEXT,
    key TEXT NOT NULL,
    PRIMARY KEY (notice, channel)
) STRICT, WITHOUT ROWID;
