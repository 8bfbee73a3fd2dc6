-- What keeps an entry one entry, whatever its feed does to it.

-- How often its words were written anew; a feed that changes them at every visit is not followed for ever.
ALTER TABLE entry ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;

-- Keys that are known beside those in entry: of entries that came under another guid, and (without entry) of those that
-- were purged, which their feed may still hold.
CREATE TABLE entry_known (
    key INTEGER PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    entry INTEGER REFERENCES entry (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX entry_known_of_feed ON entry_known (feed);
CREATE INDEX entry_known_of_entry ON entry_known (entry) WHERE entry IS NOT NULL;

-- The items of a feed's last body, so that only what is new in the next is parsed: MessagePack of feeds.KnownBody.
CREATE TABLE feed_body (
    feed INTEGER PRIMARY KEY REFERENCES feed (id) ON DELETE CASCADE,
    known BLOB NOT NULL
) STRICT;
