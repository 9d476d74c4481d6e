-- +goose Up

-- A frozen roll of a meeting: its numbers never move after.
CREATE TABLE rolls (
    meeting TEXT NOT NULL PRIMARY KEY REFERENCES meetings (id),
    body    TEXT NOT NULL,
    on_day  TEXT NOT NULL CHECK (length(on_day) = 10),
    due     BIGINT NOT NULL CHECK (due >= 0),
    parts   TEXT NOT NULL,
    sha256  TEXT NOT NULL CHECK (length(sha256) = 64)
);

-- parts names the committees of a joint meeting the member sits on, as JSON.
CREATE TABLE meeting_roll (
    meeting    TEXT NOT NULL REFERENCES rolls (meeting),
    person     TEXT NOT NULL REFERENCES persons (id),
    parts      TEXT NOT NULL,
    checked_in TIMESTAMP,
    checked_by TEXT REFERENCES persons (id),
    PRIMARY KEY (meeting, person),
    CHECK ((checked_in IS NULL) = (checked_by IS NULL))
);

-- box is the ballot box itself; data is what the process says of the poll.
CREATE TABLE polls (
    id             TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process        TEXT NOT NULL REFERENCES processes (id),
    meeting        TEXT NOT NULL REFERENCES meetings (id),
    ord            BIGINT NOT NULL,
    box            TEXT NOT NULL CHECK (box IN ('none', 'open', 'closed')),
    opened         TIMESTAMP NOT NULL,
    closes         TIMESTAMP NOT NULL,
    closed         TIMESTAMP,
    roll_sha256    TEXT NOT NULL,
    attendance     TEXT NOT NULL,
    tally          TEXT,
    ballots_sha256 TEXT,
    data           TEXT NOT NULL,
    -- A secret poll keeps marks apart from choices; box_key is the public half of its own key.
    secret          BOOLEAN NOT NULL DEFAULT FALSE,
    hands           BOOLEAN NOT NULL DEFAULT FALSE,
    form            TEXT NOT NULL DEFAULT '',
    box_key         BYTEA,
    receipts_sha256 TEXT,
    key_destroyed   TIMESTAMP,
    CHECK ((box = 'closed') = (closed IS NOT NULL)),
    CHECK ((box = 'closed') = (tally IS NOT NULL)),
    CHECK ((box = 'closed') = (ballots_sha256 IS NOT NULL))
);
CREATE INDEX polls_by_process ON polls (process, ord);

CREATE TABLE poll_roll (
    poll   TEXT NOT NULL REFERENCES polls (id),
    person TEXT NOT NULL REFERENCES persons (id),
    parts  TEXT NOT NULL,
    PRIMARY KEY (poll, person)
);

-- Who has voted, and how in a recorded poll. The key is one person, one vote, and
-- only those on the roll. In a secret poll this is the mark alone.
CREATE TABLE ballots (
    poll     TEXT NOT NULL,
    person   TEXT NOT NULL,
    secret   BOOLEAN NOT NULL DEFAULT FALSE,
    choice   TEXT NOT NULL CHECK ((choice = '') = secret),
    receipt  TEXT NOT NULL UNIQUE CHECK (receipt <> ''),
    idem_key TEXT NOT NULL CHECK (idem_key <> ''),
    at       TIMESTAMP NOT NULL,
    PRIMARY KEY (poll, person),
    FOREIGN KEY (poll, person) REFERENCES poll_roll (poll, person)
);

-- The choices of an open secret poll, sealed to the poll's own key. They are
-- destroyed with the key when the box is opened.
CREATE TABLE envelopes (
    id     TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    poll   TEXT NOT NULL REFERENCES polls (id),
    sealed BYTEA NOT NULL
);
CREATE INDEX envelopes_by_poll ON envelopes (poll);

-- The choices of a closed secret poll, in an order drawn by chance.
CREATE TABLE secret_choices (
    poll   TEXT NOT NULL REFERENCES polls (id),
    ord    BIGINT NOT NULL,
    choice TEXT NOT NULL CHECK (choice <> ''),
    PRIMARY KEY (poll, ord)
);
