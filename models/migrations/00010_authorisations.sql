-- +goose Up

-- What the assembly lets the representatives' conference decide, and until when.
-- paper and categories are JSON: a reference and codes, no text of a person.
CREATE TABLE authorisations (
    id         TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community  TEXT NOT NULL REFERENCES places (id),
    process    TEXT NOT NULL REFERENCES processes (id),
    motion     TEXT NOT NULL CHECK (motion <> ''),
    paper      TEXT NOT NULL,
    categories TEXT NOT NULL CHECK (categories <> ''),
    from_day   TEXT NOT NULL CHECK (length(from_day) = 10),
    until_day  TEXT NOT NULL CHECK (length(until_day) = 10),
    ended_day  TEXT NOT NULL DEFAULT '' CHECK (ended_day = '' OR length(ended_day) = 10),
    UNIQUE (process, motion)
);
CREATE INDEX authorisations_by_community ON authorisations (community, until_day);

-- Meetings held without Yishi, entered from their minutes.
CREATE TABLE held_elsewhere (
    id          TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community   TEXT NOT NULL REFERENCES places (id),
    body        TEXT NOT NULL CHECK (body <> ''),
    held_day    TEXT NOT NULL CHECK (length(held_day) = 10),
    recorded_by TEXT NOT NULL REFERENCES persons (id),
    recorded    TIMESTAMP NOT NULL,
    UNIQUE (community, body, held_day)
);

-- What somebody typed into the start form and has not started yet, one of each kind.
CREATE TABLE matter_drafts (
    person TEXT NOT NULL REFERENCES persons (id),
    kind   TEXT NOT NULL CHECK (kind <> ''),
    form   BYTEA NOT NULL,
    saved  TIMESTAMP NOT NULL,
    PRIMARY KEY (person, kind)
);
