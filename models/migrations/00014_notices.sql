-- +goose Up

-- 签收: who has the notice of a meeting, how it reached them, and who entered it.
CREATE TABLE notice_receipts (
    meeting    TEXT NOT NULL REFERENCES meetings (id),
    person     TEXT NOT NULL REFERENCES persons (id),
    means      TEXT NOT NULL CHECK (means IN ('web', 'paper', 'phone', 'door')),
    at         TIMESTAMP NOT NULL,
    entered_by TEXT NOT NULL REFERENCES persons (id),
    PRIMARY KEY (meeting, person),
    CHECK (means <> 'web' OR person = entered_by)
);
