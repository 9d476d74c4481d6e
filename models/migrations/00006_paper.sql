-- +goose Up

-- on_paper: ballots are handed out on paper besides the web. whole: all who are due
-- may vote, present or not. stopped: no ballot is taken any more and the paper is
-- counted. voided: the box is never counted.
ALTER TABLE polls ADD COLUMN on_paper BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE polls ADD COLUMN whole BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE polls ADD COLUMN stopped TIMESTAMP CHECK ((stopped IS NULL OR on_paper) AND (stopped IS NOT NULL OR box <> 'closed' OR NOT on_paper));
ALTER TABLE polls ADD COLUMN voided TIMESTAMP CHECK (voided IS NULL OR box = 'open');

-- The key is one person, one vote over all channels. A paper ballot is marked here
-- as it is handed out; in a recorded poll its choice follows when it was read, and
-- stays empty where the sheet never came back.
ALTER TABLE ballots RENAME TO ballots_before_paper;
CREATE TABLE ballots (
    poll      TEXT NOT NULL,
    person    TEXT NOT NULL,
    secret    BOOLEAN NOT NULL DEFAULT FALSE,
    channel   TEXT NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'table', 'mobile')),
    agent     TEXT REFERENCES persons (id) CHECK (agent <> person), -- who voted for them under a mandate
    choice    TEXT NOT NULL CHECK (choice = '' OR NOT secret),
    receipt   TEXT NOT NULL UNIQUE CHECK (receipt <> ''), -- of a paper ballot it is given to nobody
    idem_key  TEXT NOT NULL CHECK (idem_key <> ''),
    at        TIMESTAMP NOT NULL,
    assistant TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (poll, person),
    FOREIGN KEY (poll, person) REFERENCES poll_roll (poll, person),
    CHECK (choice <> '' OR secret OR channel <> 'web')
);
INSERT INTO ballots (poll, person, secret, choice, receipt, idem_key, at, assistant)
SELECT poll, person, secret, choice, receipt, idem_key, at, assistant FROM ballots_before_paper;
DROP TABLE ballots_before_paper;

-- 票箱: recovered is how many sheets were in it, once somebody opened it.
CREATE TABLE paper_boxes (
    poll       TEXT NOT NULL REFERENCES polls (id),
    station    TEXT NOT NULL CHECK (station <> ''),
    channel    TEXT NOT NULL CHECK (channel IN ('table', 'mobile')),
    recovered  BIGINT CHECK (recovered >= 0),
    counted    TIMESTAMP,
    counted_by TEXT REFERENCES persons (id),
    PRIMARY KEY (poll, station),
    CHECK ((recovered IS NULL) = (counted IS NULL) AND (recovered IS NULL) = (counted_by IS NULL))
);

-- Paper ballots handed out. exchanged counts the spoiled sheets taken back for a
-- fresh one; who handed theirs back may take another, or vote otherwise.
CREATE TABLE paper_ballots (
    id             TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    poll           TEXT NOT NULL,
    person         TEXT NOT NULL,
    station        TEXT NOT NULL,
    agent          TEXT REFERENCES persons (id) CHECK (agent <> person),
    at             TIMESTAMP NOT NULL,
    issued_by      TEXT NOT NULL REFERENCES persons (id),
    exchanged      BIGINT NOT NULL DEFAULT 0 CHECK (exchanged >= 0),
    handed_back    TIMESTAMP,
    handed_back_by TEXT REFERENCES persons (id),
    FOREIGN KEY (poll, person) REFERENCES poll_roll (poll, person),
    FOREIGN KEY (poll, station) REFERENCES paper_boxes (poll, station),
    CHECK ((handed_back IS NULL) = (handed_back_by IS NULL))
);
CREATE UNIQUE INDEX paper_ballots_out ON paper_ballots (poll, person) WHERE handed_back IS NULL;
CREATE INDEX paper_ballots_by_box ON paper_ballots (poll, station);

-- What each person read last from a bundle: the key makes two readings those of two
-- persons. ord is their order. A bundle of a recorded poll is one person's sheet and
-- bears their id; one of a secret poll is mixed and belongs to nobody.
CREATE TABLE paper_readings (
    poll        TEXT NOT NULL REFERENCES polls (id),
    bundle      TEXT NOT NULL CHECK (bundle <> ''),
    reader      TEXT NOT NULL REFERENCES persons (id),
    ord         BIGINT NOT NULL CHECK (ord >= 1),
    sheets      BIGINT NOT NULL CHECK (sheets >= 1),
    ayes        BIGINT NOT NULL CHECK (ayes >= 0),
    noes        BIGINT NOT NULL CHECK (noes >= 0),
    abstentions BIGINT NOT NULL CHECK (abstentions >= 0),
    spoiled     BIGINT NOT NULL CHECK (spoiled >= 0 AND spoiled <= sheets),
    questions   TEXT NOT NULL DEFAULT '', -- the count of a form, as JSON
    at          TIMESTAMP NOT NULL,
    PRIMARY KEY (poll, bundle, reader),
    UNIQUE (poll, bundle, ord),
    CHECK (questions <> '' OR ayes + noes + abstentions + spoiled = sheets),
    CHECK (questions = '' OR ayes + noes + abstentions = 0)
);
