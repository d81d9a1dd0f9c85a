-- What a community has decided and noted about its people: roster, roles, tickets, cards, acceptances … One JSON value each, by kind and key.
CREATE TABLE record (
    community TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (community, kind, key)
) STRICT, WITHOUT ROWID;

-- Whether a room stands in the public directory.
ALTER TABLE place ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
