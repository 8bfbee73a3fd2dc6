-- What cmday wrote into the calendar that it owns: by this it knows its own events, and whether somebody changed them.
CREATE TABLE owned_event (
    calendar TEXT NOT NULL,
    uid TEXT NOT NULL,
    etag TEXT,
    digest TEXT NOT NULL,
    PRIMARY KEY (calendar, uid)
) STRICT, WITHOUT ROWID;
