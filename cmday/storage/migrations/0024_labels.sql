-- One's own words on items, and what the last sweep of an account has to say beside a count.
CREATE TABLE item_label (
    item TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (item, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_label_label ON item_label (label);

-- Notes on an item are lines of the journal.
CREATE INDEX journal_item ON journal (item) WHERE item IS NOT NULL;

ALTER TABLE account_state ADD COLUMN said TEXT;
