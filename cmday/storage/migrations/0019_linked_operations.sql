-- Operations that hang together: kinds, predecessors, what comes back, what hangs on a calendar event.

-- Lengths are seconds. predecessors is a JSON list of ids; event is NULL or the event as JSON, its moments in ISO 8601.
ALTER TABLE operation ADD COLUMN kind TEXT NOT NULL DEFAULT 'work';
ALTER TABLE operation ADD COLUMN predecessors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE operation ADD COLUMN gap INTEGER NOT NULL DEFAULT 0 CHECK (gap >= 0);
ALTER TABLE operation ADD COLUMN buffer INTEGER NOT NULL DEFAULT 0 CHECK (buffer >= 0);
ALTER TABLE operation ADD COLUMN hours TEXT NOT NULL DEFAULT 'work' CHECK (hours IN ('work', 'extended'));
ALTER TABLE operation ADD COLUMN presence INTEGER NOT NULL DEFAULT 1 CHECK (presence IN (0, 1));
ALTER TABLE operation ADD COLUMN every INTEGER CHECK (every > 0);
ALTER TABLE operation ADD COLUMN event TEXT;
ALTER TABLE operation ADD COLUMN grouped TEXT;
CREATE INDEX operation_grouped ON operation (grouped) WHERE grouped IS NOT NULL;
