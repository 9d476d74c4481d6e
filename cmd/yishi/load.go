package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/yishi-project/yishi/deliberation"
)

type loadCmd struct {
	File string `arg:"" help:"JSON: {\"Community\": {…}, \"Persons\": […], \"Offices\": […]}; docs/operations.md has a sample." type:"existingfile"`
}

// Run loads a whole community in one transaction: all of it or nothing.
func (c loadCmd) Run(ctx context.Context, s settings) error {
	cfg, err := s.load(nil)
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	var r deliberation.Roster
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if r.Community.ID == "" || (r.Community.Kind != deliberation.Urban && r.Community.Kind != deliberation.Village) {
		return fmt.Errorf("%s: Community needs an ID and a Kind (urban or village)", c.File)
	}
	store, err := openStore(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return err
	}
	err = errors.Join(store.LoadRoster(ctx, r, "operator"), store.Close())
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s: %d persons, %d offices\n", r.Community.ID, len(r.Persons), len(r.Offices))
	return err
}
