-- +goose Up

-- 物业管理区域: the owners of its units form one owners' meeting.
CREATE TABLE estates (
    id        TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    community TEXT NOT NULL REFERENCES places (id),
    name      TEXT NOT NULL CHECK (name <> ''),
    UNIQUE (community, name)
);

-- 专有部分. What is BYTEA is sealed, the lookup is its keyed hash; area is in
-- hundredths of a square metre.
CREATE TABLE units (
    id            TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    estate        TEXT NOT NULL REFERENCES estates (id),
    building      TEXT NOT NULL,
    number        BYTEA NOT NULL,
    number_lookup TEXT NOT NULL CHECK (number_lookup <> ''),
    owner         TEXT NOT NULL REFERENCES persons (id),
    area          BIGINT NOT NULL CHECK (area > 0),
    UNIQUE (estate, building, number_lookup)
);
CREATE INDEX units_by_owner ON units (owner);

-- The area of an owner who is due, frozen with the roll; nought for other bodies.
ALTER TABLE rolls ADD COLUMN area BIGINT NOT NULL DEFAULT 0 CHECK (area >= 0);
ALTER TABLE meeting_roll ADD COLUMN area BIGINT NOT NULL DEFAULT 0 CHECK (area >= 0);
ALTER TABLE poll_roll ADD COLUMN area BIGINT NOT NULL DEFAULT 0 CHECK (area >= 0);

-- 委托. slot numbers the principals of one agent from 1 to what the rule allows:
-- its uniqueness holds the cap against two clerks at once.
CREATE TABLE mandates (
    id        TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    meeting   TEXT NOT NULL REFERENCES meetings (id),
    principal TEXT NOT NULL REFERENCES persons (id),
    agent     TEXT NOT NULL REFERENCES persons (id),
    slot      BIGINT NOT NULL CHECK (slot >= 1),
    letter    TEXT NOT NULL DEFAULT '',
    household BOOLEAN NOT NULL,
    given     TIMESTAMP NOT NULL,
    given_by  TEXT NOT NULL REFERENCES persons (id),
    revoked   TIMESTAMP,
    used      BOOLEAN NOT NULL DEFAULT FALSE,
    CHECK (principal <> agent),
    CHECK (NOT used OR revoked IS NULL)
);
CREATE UNIQUE INDEX mandates_by_principal ON mandates (meeting, principal) WHERE revoked IS NULL;
CREATE UNIQUE INDEX mandates_by_agent ON mandates (meeting, agent, slot) WHERE revoked IS NULL;

-- The list of agents as it was published before the vote; none is given after.
CREATE TABLE mandate_lists (
    meeting TEXT NOT NULL PRIMARY KEY REFERENCES meetings (id),
    closed  TIMESTAMP NOT NULL,
    number  BIGINT NOT NULL CHECK (number >= 0),
    sha256  TEXT NOT NULL CHECK (length(sha256) = 64)
);

-- 业主 is an office. SQLite changes no check of a table that is there.
CREATE TABLE offices_with_owners (
    person    TEXT NOT NULL REFERENCES persons (id),
    community TEXT NOT NULL REFERENCES places (id),
    office    TEXT NOT NULL CHECK (office IN ('secretary', 'branch_member', 'party_member', 'probationary_member', 'director',
        'deputy_director', 'committee_member', 'supervision_head', 'supervisor', 'group_head', 'representative', 'household_head',
        'resident', 'owner', 'clerk', 'guide', 'analyst', 'operator')),
    from_day  TEXT NOT NULL CHECK (length(from_day) = 10),
    until_day TEXT NOT NULL CHECK (until_day = '' OR (length(until_day) = 10 AND until_day >= from_day)),
    source    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person, community, office, from_day)
);
INSERT INTO offices_with_owners (person, community, office, from_day, until_day, source)
SELECT person, community, office, from_day, until_day, source FROM offices;
DROP TABLE offices;
ALTER TABLE offices_with_owners RENAME TO offices;
CREATE INDEX offices_by_community ON offices (community, office);
