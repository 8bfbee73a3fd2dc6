-- News: what is known of each feed beyond feeds.toml, and its entries.
CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    title TEXT,
    site_url TEXT,
    etag TEXT,
    last_modified TEXT,
    validators_at INTEGER,
    body_hash TEXT,
    last_fetched INTEGER,
    next_check INTEGER,
    reason TEXT,
    patience_until INTEGER,                     -- Retry-After: not even --force asks before
    failures INTEGER NOT NULL DEFAULT 0,
    error_kind TEXT,
    error_message TEXT,
    http_status INTEGER,
    gone INTEGER NOT NULL DEFAULT 0,
    ttl_minutes INTEGER,
    in_body INTEGER NOT NULL DEFAULT 0,         -- entries in the last body that was read
    last_status TEXT,
    last_new INTEGER NOT NULL DEFAULT 0,
    moved_to TEXT,                              -- where 301 or 308 point, on how many different days it was seen
    moved_days INTEGER NOT NULL DEFAULT 0,
    moved_on TEXT,
    entries INTEGER NOT NULL DEFAULT 0,         -- both kept by the triggers below, so that counting costs nothing
    unread INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One row an entry, without its long text. `key` is a hash of feed and identity: in hexadecimal it is the public id.
-- `score` are the points that do not depend on time; `rank` adds the day it is shown for, so that points and age weigh
-- against each other without ever being computed again.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    key INTEGER NOT NULL UNIQUE,
    feed INTEGER NOT NULL REFERENCES feed (id) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    guid TEXT,
    title TEXT NOT NULL,
    url TEXT,
    author TEXT,
    published INTEGER,
    updated INTEGER,
    first_seen INTEGER NOT NULL,
    shown_at INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,           -- 0 unread, 1 read, 2 later
    state_at INTEGER,
    score REAL NOT NULL DEFAULT 0,
    rank REAL NOT NULL DEFAULT 0,
    hash INTEGER NOT NULL DEFAULT 0             -- of the words, to see an edit
) STRICT;

CREATE INDEX entry_best ON entry (rank DESC) WHERE state = 0;
CREATE INDEX entry_best_of_feed ON entry (feed, rank DESC) WHERE state = 0;
CREATE INDEX entry_later ON entry (state_at) WHERE state = 2;
CREATE INDEX entry_of_feed ON entry (feed, shown_at DESC);
CREATE INDEX entry_newest ON entry (shown_at DESC);

CREATE TABLE entry_text (
    entry INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE,
    summary TEXT NOT NULL,
    content TEXT NOT NULL,
    language TEXT,
    enclosures TEXT
) STRICT;

CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
    UPDATE feed SET entries = entries + 1, unread = unread + (new.state = 0) WHERE id = new.feed;
END;

CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
    UPDATE feed SET entries = entries - 1, unread = unread - (old.state = 0) WHERE id = old.feed;
END;

CREATE TRIGGER entry_changed AFTER UPDATE OF state ON entry WHEN (old.state = 0) <> (new.state = 0) BEGIN
    UPDATE feed SET unread = unread + (new.state = 0) - (old.state = 0) WHERE id = new.feed;
END;
