-- +goose Up

-- 居(村)务公开: one row for each item and period of a community. slot is the period,
-- so that no period is disclosed twice; what is disclosed at once, and what was taken
-- back before it hung, stands in a slot of its own: its process.
CREATE TABLE disclosures (
    process    TEXT NOT NULL PRIMARY KEY REFERENCES processes (id),
    community  TEXT NOT NULL REFERENCES places (id),
    item       TEXT NOT NULL CHECK (item <> ''),
    period     TEXT NOT NULL CHECK (length(period) IN (7, 10, 15)),
    slot       TEXT NOT NULL CHECK (slot = period OR slot = process),
    due_day    TEXT NOT NULL DEFAULT '' CHECK (due_day = '' OR length(due_day) = 10),
    posted_day TEXT NOT NULL DEFAULT '' CHECK (posted_day = '' OR length(posted_day) = 10),
    until_day  TEXT NOT NULL DEFAULT '' CHECK (until_day = '' OR length(until_day) = 10),
    state      TEXT NOT NULL DEFAULT '' CHECK (state IN ('', 'running', 'held', 'ended')),
    outcome    TEXT NOT NULL DEFAULT '',
    UNIQUE (community, item, slot),
    CHECK (until_day = '' OR posted_day <> '')
);
CREATE INDEX disclosures_by_day ON disclosures (community, item, posted_day);
