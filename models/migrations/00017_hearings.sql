-- +goose Up

-- 听证方案: who presides over a hearing or an appraisal, who presents the matter, and
-- how many may sit in. A plan that is settled no longer changes. statements_closed
-- comes with the report: nothing is entered or disposed of after it.
CREATE TABLE hearings (
    process           TEXT NOT NULL PRIMARY KEY REFERENCES processes (id),
    chair             TEXT NOT NULL REFERENCES persons (id),
    presenter         TEXT NOT NULL REFERENCES persons (id),
    observers         INTEGER NOT NULL CHECK (observers >= 0),
    settled           BOOLEAN NOT NULL DEFAULT FALSE,
    statements_closed BOOLEAN NOT NULL DEFAULT FALSE,
    CHECK (chair <> presenter)
);

-- 听证人: who hears besides the chair.
CREATE TABLE hearing_panel (
    process TEXT NOT NULL REFERENCES hearings (process),
    person  TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (process, person)
);

-- 利益方: the interested sides. village_group is the residents' group that alone
-- belongs to the side, empty where the whole community does.
CREATE TABLE hearing_sides (
    process       TEXT NOT NULL REFERENCES hearings (process),
    code          TEXT NOT NULL CHECK (length(code) = 1 AND code BETWEEN 'A' AND 'J'),
    name          TEXT NOT NULL CHECK (name <> ''),
    seats         INTEGER NOT NULL CHECK (seats > 0),
    village_group TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (process, code)
);

-- 论证专家 with the interest they declared. name, field and declared are sealed.
CREATE TABLE hearing_experts (
    id         TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process    TEXT NOT NULL REFERENCES processes (id),
    name       BYTEA NOT NULL,
    field      BYTEA NOT NULL,
    interest   TEXT NOT NULL CHECK (interest IN ('none', 'indirect', 'direct')),
    declared   BYTEA NOT NULL,
    at         TIMESTAMP NOT NULL,
    entered_by TEXT NOT NULL REFERENCES persons (id)
);
CREATE INDEX hearing_experts_by_process ON hearing_experts (process);

-- The window in which people sign up, one each time the hearing is announced. seed is
-- the sealed secret of the draw, commitment its hash; drawn is what the draw gave, and
-- there from the close on.
CREATE TABLE hearing_windows (
    id         TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process    TEXT NOT NULL REFERENCES hearings (process),
    round      INTEGER NOT NULL CHECK (round > 0),
    opened     TIMESTAMP NOT NULL,
    until      TIMESTAMP NOT NULL,
    seed       BYTEA NOT NULL,
    commitment TEXT NOT NULL CHECK (length(commitment) = 64),
    closed     TIMESTAMP,
    drawn      TEXT,
    UNIQUE (process, round),
    CHECK ((closed IS NULL) = (drawn IS NULL))
);

-- 报名: a person once, for one side only. needs and reason are sealed.
CREATE TABLE hearing_signups (
    id         TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process    TEXT NOT NULL REFERENCES hearings (process),
    number     INTEGER NOT NULL CHECK (number > 0),
    person     TEXT NOT NULL REFERENCES persons (id),
    side       TEXT NOT NULL,
    channel    TEXT NOT NULL CHECK (channel IN ('web', 'paper', 'phone')),
    needs      BYTEA NOT NULL,
    reason     BYTEA NOT NULL,
    at         TIMESTAMP NOT NULL,
    entered_by TEXT NOT NULL REFERENCES persons (id),
    withdrawn  TIMESTAMP,
    chosen     BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (process, number),
    UNIQUE (process, person),
    FOREIGN KEY (process, side) REFERENCES hearing_sides (process, code),
    CHECK ((channel = 'web') = (person = entered_by)),
    CHECK (NOT chosen OR withdrawn IS NULL)
);

-- 发言、书面意见、提问和专家意见 with what became of each. body and reason are sealed.
CREATE TABLE hearing_statements (
    id          TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process     TEXT NOT NULL REFERENCES hearings (process),
    number      INTEGER NOT NULL CHECK (number > 0),
    kind        TEXT NOT NULL CHECK (kind IN ('spoken', 'written', 'question', 'expert')),
    person      TEXT REFERENCES persons (id),
    expert      TEXT REFERENCES hearing_experts (id),
    side        TEXT NOT NULL DEFAULT '',
    body        BYTEA NOT NULL,
    conclusion  TEXT NOT NULL DEFAULT '' CHECK (conclusion IN ('', 'feasible', 'feasible_with_changes', 'not_feasible')),
    at          TIMESTAMP NOT NULL,
    entered_by  TEXT NOT NULL REFERENCES persons (id),
    disposition TEXT CHECK (disposition IN ('adopted', 'partly', 'not', 'answered')),
    reason      BYTEA,
    disposed    TIMESTAMP,
    disposed_by TEXT REFERENCES persons (id),
    UNIQUE (process, number),
    CHECK ((person IS NULL) <> (expert IS NULL)),
    CHECK ((kind = 'expert') = (expert IS NOT NULL)),
    CHECK ((kind = 'expert') = (conclusion <> '')),
    CHECK ((disposition IS NULL) = (reason IS NULL) AND (disposition IS NULL) = (disposed IS NULL) AND (disposition IS NULL) = (disposed_by IS NULL)),
    CHECK (disposition IS NULL OR (disposition = 'answered') = (kind = 'question'))
);
