-- +goose Up

-- The status is NULL until the workflow has written one: a draft.
CREATE TABLE processes (
    id           TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community    TEXT NOT NULL REFERENCES places (id),
    kind         TEXT NOT NULL CHECK (kind <> ''),
    matter       BYTEA NOT NULL,
    pack_id      TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    pack_hash    TEXT NOT NULL,
    started      TEXT NOT NULL CHECK (length(started) = 10),
    started_by   TEXT NOT NULL REFERENCES persons (id),
    office       TEXT NOT NULL,
    clock        TEXT NOT NULL,
    status       TEXT,
    stage        TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('', 'running', 'held', 'ended')),
    created      TIMESTAMP NOT NULL,
    -- No opinion is taken once all were counted and answered.
    opinions_closed BOOLEAN NOT NULL DEFAULT FALSE,
    CHECK ((status IS NULL) = (state = ''))
);
CREATE INDEX processes_by_community ON processes (community, started);

-- A change applied is remembered by its key, so that it is never applied twice.
CREATE TABLE changes (
    change_key TEXT NOT NULL PRIMARY KEY CHECK (change_key <> ''),
    seq        BIGINT NOT NULL UNIQUE,
    process    TEXT NOT NULL REFERENCES processes (id)
);

-- The register: leaves as they were hashed, and the hashes of the Merkle tree.
CREATE TABLE entries (
    idx        BIGINT NOT NULL PRIMARY KEY CHECK (idx >= 0),
    entry_key  TEXT NOT NULL UNIQUE,
    change_key TEXT NOT NULL REFERENCES changes (change_key),
    process    TEXT NOT NULL REFERENCES processes (id),
    leaf       BYTEA NOT NULL
);
CREATE INDEX entries_by_process ON entries (process, idx);
CREATE INDEX entries_by_change ON entries (change_key, idx);

CREATE TABLE register_hashes (
    idx  BIGINT NOT NULL PRIMARY KEY CHECK (idx >= 0),
    hash BYTEA NOT NULL CHECK (length(hash) = 32)
);

-- What pages show of a process: the value as JSON (ids and codes, no text of a
-- person), and beside it the columns that queries need. ord is the order of making.
CREATE TABLE tasks (
    id      TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process TEXT NOT NULL REFERENCES processes (id),
    ord     BIGINT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('open', 'done', 'withdrawn')),
    data    TEXT NOT NULL
);
CREATE INDEX tasks_by_process ON tasks (process, ord);
CREATE INDEX tasks_open ON tasks (process) WHERE state = 'open';

CREATE TABLE meetings (
    id      TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process TEXT NOT NULL REFERENCES processes (id),
    ord     BIGINT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('convened', 'check_in', 'in_session', 'adjourned', 'closed', 'cancelled')),
    data    TEXT NOT NULL
);
CREATE INDEX meetings_by_process ON meetings (process, ord);

CREATE TABLE postings (
    id      TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process TEXT NOT NULL REFERENCES processes (id),
    ord     BIGINT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('up', 'ended', 'broken')),
    data    TEXT NOT NULL
);
CREATE INDEX postings_by_process ON postings (process, ord);
CREATE INDEX postings_up ON postings (process) WHERE state = 'up';

CREATE TABLE objections (
    id      TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process TEXT NOT NULL REFERENCES processes (id),
    posting TEXT NOT NULL REFERENCES postings (id),
    person  TEXT NOT NULL REFERENCES persons (id),
    ord     BIGINT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('filed', 'answered', 'contested', 'settled')),
    data    TEXT NOT NULL
);
CREATE INDEX objections_by_process ON objections (process, ord);

CREATE TABLE marks (
    id      TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process TEXT NOT NULL REFERENCES processes (id),
    ord     BIGINT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('open', 'answered', 'settled', 'escalated')),
    data    TEXT NOT NULL
);
CREATE INDEX marks_by_process ON marks (process, ord);

CREATE TABLE papers (
    id         TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process    TEXT NOT NULL REFERENCES processes (id),
    kind       TEXT NOT NULL CHECK (kind <> ''),
    author     TEXT NOT NULL REFERENCES persons (id),
    media_type TEXT NOT NULL CHECK (media_type <> ''),
    sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
    content    BYTEA NOT NULL,
    created    TIMESTAMP NOT NULL
);
CREATE INDEX papers_by_process ON papers (process);

CREATE TABLE opinions (
    id           TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process      TEXT NOT NULL REFERENCES processes (id),
    person       TEXT NOT NULL REFERENCES persons (id),
    idem_key     TEXT NOT NULL CHECK (idem_key <> ''),
    paper        TEXT NOT NULL,
    body         BYTEA NOT NULL,
    given        TIMESTAMP NOT NULL,
    disposition  TEXT CHECK (disposition IN ('adopted', 'partly', 'not')),
    answer       BYTEA,
    answered     TIMESTAMP,
    answered_by  TEXT REFERENCES persons (id),
    UNIQUE (process, person, idem_key),
    CHECK ((disposition IS NULL) = (answered IS NULL) AND (answer IS NULL) = (answered IS NULL)
        AND (answered_by IS NULL) = (answered IS NULL))
);
