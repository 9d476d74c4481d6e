-- +goose Up
-- How an opinion came. Those gathered on the board, at visits and at talks are entered
-- by the person of the row for others.
ALTER TABLE opinions ADD COLUMN channel TEXT NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'board', 'visit', 'talk'));
