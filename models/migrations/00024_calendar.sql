-- +goose Up

-- 按期自动发起: a process that the calendar begins has no person who started it. SQLite
-- cannot loosen a column, so that it is written anew.
ALTER TABLE processes ADD COLUMN starter TEXT REFERENCES persons (id);
UPDATE processes SET starter = started_by;
ALTER TABLE processes DROP COLUMN started_by;
ALTER TABLE processes RENAME COLUMN starter TO started_by;
ALTER TABLE processes ADD COLUMN by_calendar BOOLEAN NOT NULL DEFAULT FALSE
    CHECK (by_calendar = (started_by IS NULL) AND (NOT by_calendar OR kind IN ('disclosure', 'duty_report')));

-- Since when the calendar looks after a community: what was over by then is left to people.
CREATE TABLE calendars (
    community TEXT NOT NULL PRIMARY KEY REFERENCES places (id),
    since     TEXT NOT NULL CHECK (length(since) = 10)
);
