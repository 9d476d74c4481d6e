-- +goose Up

-- A value sealed when the database was made: it tells whether the key file at
-- hand belongs to this database before anything is written under another key.
CREATE TABLE vault_canary (
    id     TEXT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE communities (
    id    TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    name  TEXT NOT NULL CHECK (name <> ''),
    kind  TEXT NOT NULL CHECK (kind IN ('village', 'urban')),
    place TEXT NOT NULL,
    demo  BOOLEAN NOT NULL
);

CREATE TABLE persons (
    id            TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community     TEXT NOT NULL REFERENCES communities (id),
    name          BYTEA NOT NULL,
    name_lookup   TEXT NOT NULL,
    village_group TEXT NOT NULL
);
CREATE INDEX persons_by_name ON persons (community, name_lookup);

-- Days are text of the form 2026-12-01, which sorts as days do. The last day is
-- inclusive, and empty while the office is held.
CREATE TABLE offices (
    person    TEXT NOT NULL REFERENCES persons (id),
    community TEXT NOT NULL REFERENCES communities (id),
    office    TEXT NOT NULL CHECK (office IN ('secretary', 'branch_member', 'party_member', 'director',
        'committee_member', 'supervisor', 'representative', 'household_head', 'resident', 'clerk', 'guide', 'operator')),
    from_day  TEXT NOT NULL CHECK (length(from_day) = 10),
    until_day TEXT NOT NULL CHECK (until_day = '' OR (length(until_day) = 10 AND until_day >= from_day)),
    PRIMARY KEY (person, community, office, from_day)
);
CREATE INDEX offices_by_community ON offices (community, office);

-- One-time links, by the SHA-256 of their token.
CREATE TABLE links (
    hash    TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    person  TEXT NOT NULL REFERENCES persons (id),
    expires TIMESTAMP NOT NULL,
    used    TIMESTAMP
);

CREATE TABLE sessions (
    token  TEXT NOT NULL PRIMARY KEY,
    data   BYTEA NOT NULL,
    expiry TIMESTAMP NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expiry);

CREATE TABLE replies (
    person         TEXT NOT NULL REFERENCES persons (id),
    idem_key       TEXT NOT NULL CHECK (idem_key <> ''),
    request_sha256 TEXT NOT NULL,
    status         BIGINT NOT NULL,
    body           BYTEA NOT NULL,
    kept           TIMESTAMP NOT NULL,
    PRIMARY KEY (person, idem_key)
);
CREATE INDEX replies_by_kept ON replies (kept);

-- Who did what to what. Ids only, so that it may outlive what it speaks of.
CREATE TABLE audit (
    id       TEXT NOT NULL PRIMARY KEY,
    actor    TEXT NOT NULL,
    act      TEXT NOT NULL CHECK (act <> ''),
    process  TEXT NOT NULL,
    subject  TEXT NOT NULL,
    at       TIMESTAMP NOT NULL,
    recorded TIMESTAMP NOT NULL
);
CREATE INDEX audit_by_process ON audit (process);
