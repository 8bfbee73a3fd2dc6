-- What cmday watch told on which channel. state telling: on its way, or in doubt where teller is NULL or a dead process.
-- message: what was told, as JSON, while it may have to be looked for.
CREATE TABLE told (
    notice TEXT NOT NULL,
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('telling', 'told')),
    teller TEXT,
    message TEXT,
    PRIMARY KEY (notice, channel)
) STRICT, WITHOUT ROWID;
