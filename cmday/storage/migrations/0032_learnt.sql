-- What a community's decisions taught: made of them, and made anew from them whenever it is missing.

-- Decisions before since do not count (reset). upto is the number of the newest that was learnt from, fitted how many
-- there were when it was made from nothing, reversed how many of them were taken back. model is zlib over JSON.
CREATE TABLE learnt (
    community TEXT PRIMARY KEY,
    since INTEGER NOT NULL DEFAULT 0,
    upto INTEGER NOT NULL DEFAULT 0,
    fitted INTEGER NOT NULL DEFAULT 0,
    reversed INTEGER NOT NULL DEFAULT 0,
    model BLOB
) STRICT, WITHOUT ROWID;
