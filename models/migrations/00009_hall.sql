-- +goose Up

-- section is in which place of several a member signed in, counted from one; nought
-- where there is one place, or it was not said. left_at is set while they are out.
ALTER TABLE meeting_roll ADD COLUMN section BIGINT NOT NULL DEFAULT 0 CHECK (section >= 0);
ALTER TABLE meeting_roll ADD COLUMN left_at TIMESTAMP CHECK (left_at IS NULL OR checked_in IS NOT NULL);

-- Who came and went, in order for each person; rows are only added. after_polls is
-- how many polls of the meeting had been opened before: whose roll a coming or going
-- still touched does not depend on two clocks.
CREATE TABLE attendance_events (
    meeting     TEXT NOT NULL,
    person      TEXT NOT NULL,
    ord         BIGINT NOT NULL CHECK (ord >= 1),
    event       TEXT NOT NULL CHECK (event IN ('in', 'out')),
    section     BIGINT NOT NULL DEFAULT 0 CHECK (section >= 0),
    after_polls BIGINT NOT NULL CHECK (after_polls >= 0),
    at          TIMESTAMP NOT NULL,
    done_by     TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (meeting, person, ord),
    FOREIGN KEY (meeting, person) REFERENCES meeting_roll (meeting, person),
    CHECK (event = CASE ord % 2 WHEN 1 THEN 'in' ELSE 'out' END)
);

-- Nobody had left before there was a way to say so: who is missing on a poll's roll
-- came after it had opened.
INSERT INTO attendance_events (meeting, person, ord, event, after_polls, at, done_by)
SELECT m.meeting, m.person, 1, 'in',
    (SELECT COUNT(*) FROM polls p WHERE p.meeting = m.meeting AND p.box <> 'none'
        AND NOT EXISTS (SELECT 1 FROM poll_roll r WHERE r.poll = p.id AND r.person = m.person)),
    m.checked_in, m.checked_by
FROM meeting_roll m WHERE m.checked_in IS NOT NULL;

-- 列席人员: they never count. The name is sealed.
CREATE TABLE meeting_observers (
    id         TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    meeting    TEXT NOT NULL REFERENCES meetings (id),
    name       BYTEA NOT NULL,
    capacity   TEXT NOT NULL CHECK (capacity <> ''),
    at         TIMESTAMP NOT NULL,
    entered_by TEXT NOT NULL REFERENCES persons (id)
);
CREATE INDEX meeting_observers_by_meeting ON meeting_observers (meeting);

-- 发言: who asked to speak to which motion, who was called and when it ended. motion
-- is empty where the meeting has one matter only. began and seconds are the machine's
-- time: a demonstration's calendar runs faster than people speak.
CREATE TABLE speakers (
    id        TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
    meeting   TEXT NOT NULL,
    motion    TEXT NOT NULL,
    person    TEXT NOT NULL,
    asked     TIMESTAMP NOT NULL,
    called    TIMESTAMP,
    called_by TEXT REFERENCES persons (id),
    began     TIMESTAMP,
    ended     TIMESTAMP,
    seconds   BIGINT NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    FOREIGN KEY (meeting, person) REFERENCES meeting_roll (meeting, person),
    CHECK ((called IS NULL) = (called_by IS NULL)),
    CHECK ((called IS NULL) = (began IS NULL)),
    CHECK (ended IS NULL OR called IS NOT NULL)
);
-- One speaks at a time, and nobody stands in the queue of a motion twice.
CREATE UNIQUE INDEX speakers_speaking ON speakers (meeting) WHERE called IS NOT NULL AND ended IS NULL;
CREATE UNIQUE INDEX speakers_waiting ON speakers (meeting, motion, person) WHERE called IS NULL;
