-- What the homeserver pushed. A row keeps its payload only until the event is decided; the id stays to recognise repeats.
CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    room_id TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    payload TEXT,
    done_at INTEGER
) STRICT;
CREATE INDEX inbox_waiting ON inbox (seq) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;

-- Transactions that were acknowledged, by the hash of their id.
CREATE TABLE push_transaction (
    txn_hash TEXT PRIMARY KEY,
    received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX push_transaction_age ON push_transaction (received_at);

-- What was pushed and could not be read: why and how it looked, never what it said.
CREATE TABLE quarantine (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    txn_hash TEXT NOT NULL,
    event_id TEXT,
    room_id TEXT,
    event_type TEXT,
    length INTEGER NOT NULL,
    digest TEXT NOT NULL,
    error TEXT NOT NULL
) STRICT;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    community TEXT,
    room_id TEXT,
    action TEXT NOT NULL,
    caused_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    error TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (seq) WHERE state = 'waiting';
CREATE INDEX outbox_dead ON outbox (seq) WHERE state = 'dead';
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE place (
    community TEXT NOT NULL,
    place TEXT NOT NULL,
    room_id TEXT NOT NULL UNIQUE,
    known INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (community, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE room_state (
    room_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    state_key TEXT NOT NULL,
    content TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (room_id, event_type, state_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    membership TEXT NOT NULL,
    display_name TEXT,
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;

-- Who was invited because the file says so; who then leaves is not asked again.
CREATE TABLE invited (
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE direct_room (
    room_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    opened INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE preference (
    user_id TEXT PRIMARY KEY,
    locale TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mute (
    community TEXT NOT NULL,
    user_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    issuer TEXT NOT NULL,
    PRIMARY KEY (community, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lockdown (
    community TEXT NOT NULL,
    place TEXT NOT NULL,
    until INTEGER NOT NULL,
    issuer TEXT NOT NULL,
    prior TEXT NOT NULL,
    PRIMARY KEY (community, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE announcement (
    source_event TEXT PRIMARY KEY,
    community TEXT NOT NULL,
    author TEXT NOT NULL,
    targets TEXT NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- The event id of each copy of an announcement.
CREATE TABLE relay_copy (
    source_event TEXT NOT NULL,
    room_id TEXT NOT NULL,
    copy_event TEXT NOT NULL,
    PRIMARY KEY (source_event, room_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    community TEXT NOT NULL,
    room_id TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT,
    rule TEXT,
    detail TEXT
) STRICT;
CREATE INDEX audit_community ON audit (community, seq);

-- Facts of this installation: the salt of hashes, the device.
CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
