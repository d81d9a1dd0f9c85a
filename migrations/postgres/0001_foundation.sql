-- What the homeserver pushed. A row keeps its payload only until the event is decided; the id stays to recognise repeats.
CREATE TABLE inbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id TEXT NOT NULL UNIQUE,
    room_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    payload TEXT,
    done_at BIGINT
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;

-- Transactions that were acknowledged, by the hash of their id.
CREATE TABLE push_transaction (
    txn_hash TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX push_transaction_age ON push_transaction (received_at);

-- What was pushed and could not be read: why and how it looked, never what it said.
CREATE TABLE quarantine (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at BIGINT NOT NULL,
    txn_hash TEXT NOT NULL,
    event_id TEXT,
    room_id TEXT,
    event_type TEXT,
    length BIGINT NOT NULL,
    digest TEXT NOT NULL,
    error TEXT NOT NULL
);

CREATE TABLE outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    community TEXT,
    room_id TEXT,
    action TEXT NOT NULL,
    caused_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    error TEXT
);
CREATE INDEX outbox_waiting ON outbox (seq) WHERE state = 'waiting';
CREATE INDEX outbox_dead ON outbox (seq) WHERE state = 'dead';
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE place (
    community TEXT NOT NULL,
    place TEXT NOT NULL,
    room_id TEXT NOT NULL UNIQUE,
    known BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (community, place)
);

CREATE TABLE room_state (
    room_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    state_key TEXT NOT NULL,
    content TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (room_id, event_type, state_key)
);

CREATE TABLE member (
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    membership TEXT NOT NULL,
    display_name TEXT,
    PRIMARY KEY (room_id, user_id)
);

-- Who was invited because the file says so; who then leaves is not asked again.
CREATE TABLE invited (
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (room_id, user_id)
);

CREATE TABLE direct_room (
    room_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    opened BIGINT NOT NULL
);

CREATE TABLE preference (
    user_id TEXT PRIMARY KEY,
    locale TEXT NOT NULL
);

CREATE TABLE mute (
    community TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until BIGINT NOT NULL,
    issuer TEXT NOT NULL,
    PRIMARY KEY (community, user_id)
);

CREATE TABLE lockdown (
    community TEXT NOT NULL,
    place TEXT NOT NULL,
    until BIGINT NOT NULL,
    issuer TEXT NOT NULL,
    prior TEXT NOT NULL,
    PRIMARY KEY (community, place)
);

CREATE TABLE announcement (
    source_event TEXT PRIMARY KEY,
    community TEXT NOT NULL,
    author TEXT NOT NULL,
    targets TEXT NOT NULL,
    withdrawn BIGINT NOT NULL DEFAULT 0
);

-- The event id of each copy of an announcement.
CREATE TABLE relay_copy (
    source_event TEXT NOT NULL,
    room_id TEXT NOT NULL,
    copy_event TEXT NOT NULL,
    PRIMARY KEY (source_event, room_id)
);

CREATE TABLE audit (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    community TEXT NOT NULL,
    room_id TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    rule TEXT,
    detail TEXT
);
CREATE INDEX audit_community ON audit (community, seq);

-- Facts of this installation: the salt of hashes, the device.
CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
