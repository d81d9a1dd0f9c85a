-- What a community has decided and noted about its people: roster, roles, tickets, cards, acceptances … One JSON value each, by kind and key.
CREATE TABLE record (
    community TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (community, kind, key)
);

-- Whether a room stands in the public directory.
ALTER TABLE place ADD COLUMN listed BIGINT NOT NULL DEFAULT 0;
