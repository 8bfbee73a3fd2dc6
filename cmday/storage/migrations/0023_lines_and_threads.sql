-- What a thread is to the ledger: one line for all that one has to answer in it, and the posts around it, to be read without network.

-- line: what stands on one line with it. A private conversation is one whole; in public each person of a thread has a line, and a report
-- has its own. post: the network's id of the post itself, which answers name (an id of the network's list of notifications is another).
-- was: the text before the last edit. gone: when a sweep said that it was deleted. answered_*: by our account, but not from here.
ALTER TABLE item ADD COLUMN line TEXT;
ALTER TABLE item ADD COLUMN post TEXT;
ALTER TABLE item ADD COLUMN was TEXT;
ALTER TABLE item ADD COLUMN gone INTEGER;
ALTER TABLE item ADD COLUMN answered_at INTEGER;
ALTER TABLE item ADD COLUMN answered_by TEXT;

UPDATE item SET
    line = CASE
        WHEN thread IS NULL OR kind = 'report' THEN id
        WHEN kind = 'message' THEN account || char(10) || thread
        ELSE account || char(10) || thread || char(10) || author_handle
    END,
    post = coalesce(json_extract(reply, '$.id'), subject)
WHERE fold IS NULL;

DROP INDEX item_to_answer;
CREATE INDEX item_waiting ON item (community, kind, at, line, gone) WHERE state IN ('new', 'seen') AND fold IS NULL;
CREATE INDEX item_open_line ON item (line, kind, community, gone) WHERE state IN ('new', 'seen') AND fold IS NULL;
CREATE INDEX item_line ON item (line, at) WHERE fold IS NULL;
CREATE INDEX item_post ON item (account, post) WHERE post IS NOT NULL;
DROP INDEX item_author;
CREATE INDEX item_author ON item (network, author_handle, at);
CREATE INDEX item_network ON item (network, at);
CREATE INDEX item_gone ON item (gone) WHERE gone IS NOT NULL;
CREATE INDEX item_answered ON item (answered_at) WHERE answered_at IS NOT NULL;

-- number grows with every sweep that brings a post, so the lowest are those that nobody has needed for longest.
CREATE TABLE thread_post (
    number INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    thread TEXT NOT NULL,
    author TEXT NOT NULL,
    author_handle TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT,
    at INTEGER NOT NULL,
    answers TEXT,
    mine INTEGER NOT NULL,
    by TEXT,
    UNIQUE (account, id)
) STRICT;
CREATE INDEX thread_post_thread ON thread_post (account, thread, at);
CREATE INDEX thread_post_answers ON thread_post (account, answers) WHERE answers IS NOT NULL;

-- How many follow an account (or are members of it), once a day: the last count of the day stays.
CREATE TABLE audience (
    account TEXT NOT NULL,
    day TEXT NOT NULL,
    followers INTEGER NOT NULL,
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;
