-- +goose Up

-- of_election: paper is the ballot of record, and handed out it cancels a ballot of the
-- web until the close. paper_only: the web takes none.
ALTER TABLE polls ADD COLUMN of_election BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE polls ADD COLUMN paper_only BOOLEAN NOT NULL DEFAULT FALSE CHECK (NOT paper_only OR on_paper);

-- How many vote at a mobile box 流动票箱 by its list, nought elsewhere.
ALTER TABLE paper_boxes ADD COLUMN users BIGINT NOT NULL DEFAULT 0 CHECK (users >= 0 AND (users = 0 OR channel = 'mobile'));

-- Receipts of ballots of the web that paper cancelled. Whose they were stands nowhere;
-- the box of a secret poll leaves their choices out when it is opened.
CREATE TABLE cancelled_receipts (
    poll    TEXT NOT NULL REFERENCES polls (id),
    receipt TEXT NOT NULL CHECK (receipt <> ''),
    PRIMARY KEY (poll, receipt)
);

-- When an election registers electors and takes nominations; each may open again.
CREATE TABLE election_windows (
    process TEXT NOT NULL REFERENCES processes (id),
    kind    TEXT NOT NULL CHECK (kind IN ('registration', 'nomination')),
    ord     BIGINT NOT NULL CHECK (ord >= 1),
    closed  TIMESTAMP,
    PRIMARY KEY (process, kind, ord)
);
CREATE UNIQUE INDEX election_windows_open ON election_windows (process, kind) WHERE closed IS NULL;

-- What people stated at the registration desk, sealed: some of it is told of nobody.
CREATE TABLE elector_entries (
    process    TEXT NOT NULL REFERENCES processes (id),
    person     TEXT NOT NULL REFERENCES persons (id),
    entry      BYTEA NOT NULL,
    at         TIMESTAMP NOT NULL,
    entered_by TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (process, person)
);

-- 登记参加选举的人员名单, as it was published for the day.
CREATE TABLE elector_lists (
    process   TEXT NOT NULL PRIMARY KEY REFERENCES processes (id),
    for_day   TEXT NOT NULL CHECK (length(for_day) = 10),
    published TIMESTAMP NOT NULL
);

-- Everybody who was judged for it. reason is sealed: why somebody is left out is theirs.
CREATE TABLE electors (
    process      TEXT NOT NULL REFERENCES elector_lists (process),
    person       TEXT NOT NULL REFERENCES persons (id),
    class        TEXT NOT NULL CHECK (class IN ('', 'hukou_resident', 'hukou_away', 'permanent_resident', 'community_worker', 'outsider')),
    listed       BOOLEAN NOT NULL,
    reason       BYTEA,
    corrected    TIMESTAMP,
    corrected_by TEXT REFERENCES persons (id),
    PRIMARY KEY (process, person),
    CHECK (listed = (reason IS NULL)),
    CHECK (NOT listed OR class <> ''),
    CHECK ((corrected IS NULL) = (corrected_by IS NULL))
);
CREATE INDEX electors_by_person ON electors (person);

-- 提名推荐. win is the window in which it was handed in.
CREATE TABLE nominations (
    id        TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    process   TEXT NOT NULL REFERENCES processes (id),
    win       BIGINT NOT NULL CHECK (win >= 1),
    nominator TEXT NOT NULL CHECK (nominator IN ('party_organisation', 'electors', 'electors_jointly')),
    lodged_by TEXT NOT NULL REFERENCES persons (id),
    at        TIMESTAMP NOT NULL,
    UNIQUE (id, process, win)
);
CREATE INDEX nominations_by_process ON nominations (process);

CREATE TABLE nomination_names (
    nomination TEXT NOT NULL REFERENCES nominations (id),
    post       TEXT NOT NULL CHECK (post IN ('director', 'deputy', 'member', 'woman_member')),
    ord        BIGINT NOT NULL,
    person     TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (nomination, post, person)
);

-- The key is one elector, one nomination in a window.
CREATE TABLE nomination_signers (
    process    TEXT NOT NULL,
    win        BIGINT NOT NULL,
    person     TEXT NOT NULL REFERENCES persons (id),
    nomination TEXT NOT NULL,
    PRIMARY KEY (process, win, person),
    FOREIGN KEY (nomination, process, win) REFERENCES nominations (id, process, win)
);
CREATE INDEX nomination_signers_by_nomination ON nomination_signers (nomination);

-- Who votes at a mobile box of a meeting; nobody at two.
CREATE TABLE mobile_users (
    meeting    TEXT NOT NULL REFERENCES meetings (id),
    person     TEXT NOT NULL REFERENCES persons (id),
    station    TEXT NOT NULL CHECK (station <> ''),
    at         TIMESTAMP NOT NULL,
    entered_by TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (meeting, person)
);
CREATE INDEX mobile_users_by_station ON mobile_users (meeting, station);
