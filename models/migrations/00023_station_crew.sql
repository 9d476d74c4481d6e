-- +goose Up

-- 投票站、流动票箱的工作人员 of an election, scrutineers 监票人 among them; nobody at two.
CREATE TABLE station_crew (
    process    TEXT NOT NULL REFERENCES processes (id),
    person     TEXT NOT NULL REFERENCES persons (id),
    station    TEXT NOT NULL CHECK (station <> ''),
    scrutineer BOOLEAN NOT NULL,
    at         TIMESTAMP NOT NULL,
    entered_by TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (process, person)
);
CREATE INDEX station_crew_by_station ON station_crew (process, station);
CREATE INDEX station_crew_by_person ON station_crew (person);
