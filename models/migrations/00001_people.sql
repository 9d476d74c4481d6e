-- +goose Up

-- A value sealed when the database was made: it tells whether the key file at
-- hand belongs to this database before anything is written under another key.
CREATE TABLE vault_canary (
    id     TEXT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

-- The tree city > county > township > village or urban community > group, building.
-- A community is a place, and so is what a guide or an analyst is in charge of.
CREATE TABLE places (
    id             TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    parent         TEXT REFERENCES places (id) CHECK (parent <> id),
    kind           TEXT NOT NULL CHECK (kind IN ('city', 'county', 'township', 'village', 'urban', 'group', 'building')),
    name           TEXT NOT NULL CHECK (name <> ''),
    overlay        TEXT NOT NULL,
    demo           BOOLEAN NOT NULL,
    roster_version BIGINT NOT NULL DEFAULT 0, -- grows with each change of the community's roster
    UNIQUE (parent, kind, name)
);

CREATE TABLE households (
    id            TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community     TEXT NOT NULL REFERENCES places (id),
    village_group TEXT NOT NULL,
    building      TEXT NOT NULL,
    number        BYTEA NOT NULL,
    number_lookup TEXT NOT NULL,
    UNIQUE (community, village_group, building, number_lookup)
);

-- What is BYTEA is sealed. The lookups are keyed hashes, empty where the value is.
CREATE TABLE persons (
    id              TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community       TEXT NOT NULL REFERENCES places (id),
    name            BYTEA NOT NULL,
    name_lookup     TEXT NOT NULL,
    village_group   TEXT NOT NULL,
    sex             TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', 'female', 'male')),
    birth           BYTEA,
    identity        BYTEA,
    identity_lookup TEXT NOT NULL DEFAULT '',
    phone           BYTEA,
    phone_lookup    TEXT NOT NULL DEFAULT '',
    household       TEXT REFERENCES households (id),
    relation        TEXT NOT NULL DEFAULT '',
    hukou           TEXT NOT NULL DEFAULT '' CHECK (hukou IN ('', 'here', 'elsewhere')),
    since_day       TEXT NOT NULL DEFAULT '',
    standing        TEXT NOT NULL DEFAULT 'present' CHECK (standing IN ('present', 'moved', 'dead', 'erased')),
    left_day        TEXT NOT NULL DEFAULT '',
    version         BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX persons_by_name ON persons (community, name_lookup);
CREATE UNIQUE INDEX persons_by_identity ON persons (community, identity_lookup) WHERE identity_lookup <> '';
CREATE INDEX persons_by_identity_anywhere ON persons (identity_lookup) WHERE identity_lookup <> '';
CREATE INDEX persons_by_phone ON persons (phone_lookup) WHERE phone_lookup <> '';
CREATE INDEX persons_by_household ON persons (household) WHERE household IS NOT NULL;

-- Near relatives who were declared; those of one household follow from persons.relation.
CREATE TABLE kin (
    a    TEXT NOT NULL REFERENCES persons (id),
    b    TEXT NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL CHECK (kind IN ('spouse', 'child', 'parent', 'sibling', 'grand', 'grandchild')),
    PRIMARY KEY (a, b),
    CHECK (a <> b)
);
CREATE INDEX kin_by_other ON kin (b);

-- Days are text of the form 2026-12-01, which sorts as days do. The last day is
-- inclusive, and empty while the office is held.
CREATE TABLE offices (
    person    TEXT NOT NULL REFERENCES persons (id),
    community TEXT NOT NULL REFERENCES places (id),
    office    TEXT NOT NULL CHECK (office IN ('secretary', 'branch_member', 'party_member', 'probationary_member', 'director',
        'deputy_director', 'committee_member', 'supervision_head', 'supervisor', 'group_head', 'representative', 'household_head',
        'resident', 'clerk', 'guide', 'analyst', 'operator')),
    from_day  TEXT NOT NULL CHECK (length(from_day) = 10),
    until_day TEXT NOT NULL CHECK (until_day = '' OR (length(until_day) = 10 AND until_day >= from_day)),
    source    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person, community, office, from_day)
);
CREATE INDEX offices_by_community ON offices (community, office);

-- One-time links, by the SHA-256 of their token.
CREATE TABLE links (
    hash    TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    person  TEXT NOT NULL REFERENCES persons (id),
    expires TIMESTAMP NOT NULL,
    used    TIMESTAMP,
    issued  TIMESTAMP NOT NULL,
    issuer  TEXT NOT NULL, -- who printed it, empty for the console
    revoked TIMESTAMP
);
CREATE INDEX links_by_person ON links (person);

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
    id        TEXT NOT NULL PRIMARY KEY,
    actor     TEXT NOT NULL,
    assistant TEXT NOT NULL DEFAULT '', -- who helped at the table
    act       TEXT NOT NULL CHECK (act <> ''),
    community TEXT NOT NULL DEFAULT '',
    person    TEXT NOT NULL DEFAULT '', -- whose record
    process   TEXT NOT NULL,
    subject   TEXT NOT NULL,
    at        TIMESTAMP NOT NULL,
    recorded  TIMESTAMP NOT NULL
);
CREATE INDEX audit_by_process ON audit (process);
CREATE INDEX audit_by_person ON audit (person, recorded) WHERE person <> '';
CREATE INDEX audit_by_community ON audit (community, recorded) WHERE community <> '';
