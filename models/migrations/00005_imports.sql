-- +goose Up

-- Rosters that were read from files.
CREATE TABLE imports (
    id              TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    actor           TEXT NOT NULL,
    at              TIMESTAMP NOT NULL,
    persons_new     BIGINT NOT NULL,
    persons_changed BIGINT NOT NULL,
    persons_moved   BIGINT NOT NULL,
    households_new  BIGINT NOT NULL,
    offices_new     BIGINT NOT NULL,
    undone          TIMESTAMP
);

CREATE TABLE import_communities (
    import    TEXT NOT NULL REFERENCES imports (id),
    community TEXT NOT NULL REFERENCES places (id),
    PRIMARY KEY (import, community)
);
CREATE INDEX import_communities_by_community ON import_communities (community);

-- What the records were before, some hundreds in each row, so that an import can
-- be undone. They go with the next import of the community.
CREATE TABLE import_images (
    id     TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    import TEXT NOT NULL REFERENCES imports (id),
    serial BIGINT NOT NULL,
    body   BYTEA NOT NULL, -- sealed
    UNIQUE (import, serial)
);

-- Files between the steps of the import pages.
CREATE TABLE import_uploads (
    id        TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community TEXT NOT NULL REFERENCES places (id),
    person    TEXT NOT NULL REFERENCES persons (id),
    content   BYTEA NOT NULL, -- sealed
    choices   TEXT NOT NULL,  -- columns and options, no personal data
    expires   TIMESTAMP NOT NULL
);
CREATE INDEX import_uploads_by_expires ON import_uploads (expires);
CREATE INDEX import_uploads_by_person ON import_uploads (person);
