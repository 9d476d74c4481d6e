-- +goose Up

-- 承诺事项: what an officer promised in a yearly report. body and evidence are sealed.
-- answered_in is the report that said whether it was done.
CREATE TABLE commitments (
    id          TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community   TEXT NOT NULL REFERENCES places (id),
    process     TEXT NOT NULL REFERENCES processes (id),
    person      TEXT NOT NULL REFERENCES persons (id),
    post        TEXT NOT NULL CHECK (post <> ''),
    ord         INTEGER NOT NULL,
    made_day    TEXT NOT NULL CHECK (length(made_day) = 10),
    body        BYTEA NOT NULL,
    answered_in TEXT REFERENCES processes (id),
    done        BOOLEAN NOT NULL DEFAULT FALSE,
    evidence    BYTEA,
    UNIQUE (process, person, ord),
    CHECK ((answered_in IS NULL) = (evidence IS NULL)),
    CHECK (answered_in IS NULL OR answered_in <> process)
);
CREATE INDEX commitments_by_person ON commitments (community, person);

-- 民主评议: the grade that a conference gave a person in a post; one of each process.
CREATE TABLE appraisals (
    process   TEXT NOT NULL REFERENCES processes (id),
    person    TEXT NOT NULL REFERENCES persons (id),
    community TEXT NOT NULL REFERENCES places (id),
    post      TEXT NOT NULL CHECK (post <> ''),
    held_day  TEXT NOT NULL CHECK (length(held_day) = 10),
    grade     TEXT NOT NULL CHECK (grade IN ('', 'excellent', 'competent', 'barely_competent', 'unfit')),
    PRIMARY KEY (process, person)
);
CREATE INDEX appraisals_by_person ON appraisals (community, person, held_day);
