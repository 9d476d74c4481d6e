-- +goose Up

-- To which body the assembly gave it: empty for the representatives' conference.
ALTER TABLE authorisations ADD COLUMN given_to TEXT NOT NULL DEFAULT '' CHECK (given_to IN ('', 'council'));
