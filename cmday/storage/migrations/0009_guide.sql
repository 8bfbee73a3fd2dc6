-- Who wrote how often, and what one answered: the guide asks by person.
CREATE INDEX item_author ON item (author_handle, at) WHERE fold IS NULL;

-- A day of the journal.
CREATE INDEX journal_at ON journal (at);
