-- +goose Up

-- The window in which a joint demand 联名提议 gathers signatures. offices are those
-- whose holders' signatures count, as JSON; tally is what was counted at the close,
-- and there from then on.
CREATE TABLE signings (
    process TEXT NOT NULL PRIMARY KEY REFERENCES processes (id),
    offices TEXT NOT NULL,
    until   TIMESTAMP NOT NULL,
    closed  TIMESTAMP,
    tally   TEXT,
    CHECK ((closed IS NULL) = (tally IS NULL))
);

-- The key is one person, one signature, over web and paper. A signature that was
-- taken back stays as a row until the person signs again. sheet is the reference of
-- the photo of a paper sheet, as JSON.
CREATE TABLE signatures (
    process    TEXT NOT NULL REFERENCES signings (process),
    person     TEXT NOT NULL REFERENCES persons (id),
    channel    TEXT NOT NULL CHECK (channel IN ('web', 'paper')),
    entered_by TEXT REFERENCES persons (id),
    sheet      TEXT NOT NULL DEFAULT '',
    at         TIMESTAMP NOT NULL,
    withdrawn  TIMESTAMP,
    PRIMARY KEY (process, person),
    CHECK ((channel = 'paper') = (entered_by IS NOT NULL)),
    CHECK ((channel = 'paper') = (sheet <> ''))
);

-- The rolls against which the signatures were counted, frozen at the close.
CREATE TABLE signing_rolls (
    process TEXT NOT NULL REFERENCES signings (process),
    office  TEXT NOT NULL,
    person  TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (process, office, person)
);
