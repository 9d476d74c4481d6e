-- +goose Up

-- 意见箱: what residents put in at any time. What is BYTEA is sealed; number is a keyed
-- hash of the number that only the asker has. person is null where it came without an account.
CREATE TABLE box_opinions (
    id          TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community   TEXT NOT NULL REFERENCES places (id),
    person      TEXT REFERENCES persons (id),
    number      TEXT NOT NULL UNIQUE CHECK (number <> ''),
    category    TEXT NOT NULL,
    body        BYTEA NOT NULL,
    given       TIMESTAMP NOT NULL,
    publish     BOOLEAN NOT NULL,
    outcome     TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'answered', 'passed_on', 'process', 'not_taken', 'abuse')),
    answer      BYTEA,
    answered    TIMESTAMP,
    answered_by TEXT REFERENCES persons (id),
    process     TEXT UNIQUE REFERENCES processes (id),
    CHECK ((outcome = '') = (answered IS NULL)),
    CHECK ((outcome = '') = (answered_by IS NULL)),
    CHECK ((outcome = 'process') = (process IS NOT NULL)),
    CHECK (outcome IN ('', 'process') OR answer IS NOT NULL)
);
CREATE INDEX box_opinions_by_community ON box_opinions (community, given);
CREATE INDEX box_opinions_by_person ON box_opinions (person);

-- Against floods: who put something in during the last day, as a keyed hash.
CREATE TABLE box_senders (
    id     TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    sender TEXT NOT NULL CHECK (sender <> ''),
    at     TIMESTAMP NOT NULL
);
CREATE INDEX box_senders_by_sender ON box_senders (sender, at);

-- A community may take opinions from who has no account; without a row it does not.
CREATE TABLE opinion_boxes (
    community       TEXT NOT NULL PRIMARY KEY REFERENCES places (id),
    without_account BOOLEAN NOT NULL
);
