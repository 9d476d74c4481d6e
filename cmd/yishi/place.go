package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

type placeCmd struct {
	Add  placeAddCmd  `cmd:"" help:"Add a place: the tree is city > county > township > village or urban > group, building; levels above the community may be left out."`
	List placeListCmd `cmd:"" help:"The tree of places with their ids."`
}

type placeAddCmd struct {
	Name    string `arg:"" help:"Name, for example 大渡口街道."`
	Kind    string `required:"" help:"city, county, township, village, urban, group or building." enum:"city,county,township,village,urban,group,building"`
	Above   string `help:"Id of the place directly above; none for the top of the tree." placeholder:"ID"`
	Overlay string `help:"Local rules that apply from here down, for example sichuan." placeholder:"NAME"`
	ID      string `help:"Id; by default one is made." placeholder:"ID"`
}

// Run adds a place and prints its id.
func (c placeAddCmd) Run(ctx context.Context, s settings) error {
	p := deliberation.Place{
		ID: deliberation.PlaceID(c.ID), Parent: deliberation.PlaceID(c.Above), Kind: deliberation.PlaceKind(c.Kind), Name: c.Name, Overlay: c.Overlay,
	}
	if p.ID == "" {
		p.ID = deliberation.PlaceID("p" + strings.ToLower(rand.Text()[:12]))
	}
	return withStore(ctx, s, func(_ config.Config, store *models.Store) error {
		if err := store.AddPlace(ctx, p, console); err != nil {
			return explained(err)
		}
		_, err := fmt.Println(p.ID)
		return err
	})
}

type placeListCmd struct{}

// Run prints the tree.
func (placeListCmd) Run(ctx context.Context, s settings) error {
	return withStore(ctx, s, func(_ config.Config, store *models.Store) error {
		places, err := store.Below(ctx, "")
		if err != nil {
			return err
		}
		depth := map[deliberation.PlaceID]int{}
		for _, p := range places {
			if p.Parent != "" {
				depth[p.ID] = depth[p.Parent] + 1
			}
			overlay := ""
			if p.Overlay != "" {
				overlay = "  [" + p.Overlay + "]"
			}
			if _, err := fmt.Printf("%s%s  %s  %s%s\n", strings.Repeat("  ", depth[p.ID]), p.Name, p.Kind, p.ID, overlay); err != nil {
				return err
			}
		}
		if len(places) == 0 {
			_, err = fmt.Println("no places yet: yishi place add NAME --kind city")
		}
		return err
	})
}

type officialCmd struct {
	Name   string `arg:"" help:"Name of the person."`
	Place  string `required:"" help:"Id of the place that the person serves: a township for a guide, a county or city for an analyst, the top of the tree for an operator, a community for all others." placeholder:"ID"`
	Office string `required:"" help:"operator, guide, analyst, secretary, clerk …" placeholder:"OFFICE"`
	From   string `help:"First day of the office; by default today." placeholder:"DATE"`
	Phone  string `help:"Mobile number, for signing in by password." placeholder:"NUMBER"`
}

// Run records a person with an office and prints a one-time link: it is how a new
// installation gets its operator, and a street its guide.
func (c officialCmd) Run(ctx context.Context, s settings) error {
	from := deliberation.DateOf(time.Now())
	if c.From != "" {
		var err error
		if from, err = deliberation.ParseDate(c.From); err != nil {
			return err
		}
	}
	return withStore(ctx, s, func(cfg config.Config, store *models.Store) error {
		record := deliberation.PersonRecord{Person: deliberation.Person{Community: deliberation.PlaceID(c.Place), Name: c.Name}, Phone: c.Phone, Standing: deliberation.Present}
		id, err := store.AddOfficial(ctx, record, deliberation.OfficeHeld{Office: deliberation.Office(c.Office), From: from, Source: "appointed"}, console)
		if err != nil {
			return explained(err)
		}
		link, err := (&app{store: store}).link(ctx, id, cfg.BaseURL, time.Now().Add(linkLife))
		if err != nil {
			return err
		}
		_, err = fmt.Printf("%s\n%s\n", id, link)
		return err
	})
}

// explained says of a refusal on the command line which fields were wrong.
func explained(err error) error {
	var r *deliberation.Refusal
	if !errors.As(err, &r) {
		return err
	}
	for _, f := range r.Fields {
		err = fmt.Errorf("%w: %s %s", err, f.Field, f.Problem)
	}
	return err
}
