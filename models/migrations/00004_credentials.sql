-- +goose Up

-- What was signed in before this table is signed in anew: a row could not say whose it is.
DROP TABLE sessions;
CREATE TABLE sessions (
    hash      TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64), -- SHA-256 of the token
    id        TEXT NOT NULL UNIQUE,
    person    TEXT NOT NULL REFERENCES persons (id),
    door      TEXT NOT NULL CHECK (door IN ('browser', 'api')),
    means     TEXT NOT NULL CHECK (means IN ('link', 'password', 'passkey', 'code', 'identity')),
    assistant TEXT NOT NULL DEFAULT '',
    strong    BOOLEAN NOT NULL,
    entered   TEXT NOT NULL DEFAULT '',
    agent     TEXT NOT NULL,
    opened    TIMESTAMP NOT NULL,
    proved    TIMESTAMP NOT NULL,
    seen      TIMESTAMP NOT NULL,
    idle      TIMESTAMP NOT NULL,
    ends      TIMESTAMP NOT NULL,
    CHECK (idle <= ends)
);
CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_idle ON sessions (idle);

-- The hash is Argon2id with its salt and cost.
CREATE TABLE passwords (
    person TEXT NOT NULL PRIMARY KEY REFERENCES persons (id),
    hash   TEXT NOT NULL CHECK (hash LIKE '$argon2id$%'),
    chosen TIMESTAMP NOT NULL
);

CREATE TABLE totps (
    person    TEXT NOT NULL PRIMARY KEY REFERENCES persons (id),
    secret    BYTEA NOT NULL, -- sealed
    last_step BIGINT NOT NULL DEFAULT 0,
    begun     TIMESTAMP NOT NULL,
    confirmed TIMESTAMP
);

-- SHA-256 suffices: a code has 80 random bits.
CREATE TABLE recovery_codes (
    person TEXT NOT NULL REFERENCES persons (id),
    hash   TEXT NOT NULL CHECK (length(hash) = 64),
    used   TIMESTAMP,
    PRIMARY KEY (person, hash)
);

CREATE TABLE passkeys (
    id     TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    person TEXT NOT NULL REFERENCES persons (id),
    label  TEXT NOT NULL,
    data   BYTEA NOT NULL, -- public key and counter
    added  TIMESTAMP NOT NULL,
    used   TIMESTAMP
);
CREATE INDEX passkeys_by_person ON passkeys (person);

-- Subjects of the unified identity, by keyed hash.
CREATE TABLE identities (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    person  TEXT NOT NULL REFERENCES persons (id),
    linked  TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, person)
);

CREATE TABLE ceremonies (
    hash    TEXT NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    kind    TEXT NOT NULL,
    person  TEXT NOT NULL DEFAULT '',
    data    BYTEA NOT NULL, -- sealed
    expires TIMESTAMP NOT NULL
);
CREATE INDEX ceremonies_by_expires ON ceremonies (expires);

-- Tries that count against one person or one phone number, whoever makes them
-- and from wherever. The subject is a keyed hash.
CREATE TABLE tries (
    subject TEXT NOT NULL PRIMARY KEY,
    count   BIGINT NOT NULL,
    last    TIMESTAMP NOT NULL,
    locked  TIMESTAMP NOT NULL
);
CREATE INDEX tries_by_last ON tries (last);

-- Who helped at the table, where somebody did.
ALTER TABLE ballots ADD COLUMN assistant TEXT NOT NULL DEFAULT '';
