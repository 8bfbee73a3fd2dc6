-- What an answer needs to know of what it answers: JSON of items.ReplyTo, NULL for what cannot be answered.
ALTER TABLE item ADD COLUMN reply TEXT;

-- What was read before is known by its subject (a status id) or by its author only.
UPDATE item SET reply = json_object(
    'id', subject, 'to', author_handle, 'visibility', CASE kind WHEN 'message' THEN 'direct' END
) WHERE network = 'mastodon' AND kind IN ('message', 'mention', 'reply', 'question') AND subject IS NOT NULL;
UPDATE item SET reply = json_object(
    'id', NULL, 'to', author_handle, 'subject', substr(text, 1, instr(text || char(10), char(10)) - 1)
) WHERE network = 'imap' AND kind IN ('message', 'question');
