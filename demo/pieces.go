package demo

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Piece is a play that is put on by its name.
type Piece struct {
	Name string
	// Community makes up who plays it.
	Community func(today deliberation.Date) (deliberation.Roster, Cast)
	// Day is how long a civil day takes unless somebody says otherwise.
	Day     time.Duration
	perform func(context.Context, *Play) ([]Finished, error)
}

// Perform plays the piece and gives what was played to its end with its dossiers: first
// the process that the piece is named after.
func (p Piece) Perform(ctx context.Context, play *Play) ([]Finished, error) {
	return p.perform(ctx, play)
}

// Most pieces are played at a civil day a second. Where most of a piece is waiting for
// months, its days are shorter.
const (
	usualDay = time.Second
	shortDay = 400 * time.Millisecond
)

var pieces = []Piece{
	{"four_deliberations", Sample, usualDay, one((*Play).Run)},
	{"conference", Sample, usualDay, one((*Play).Confer)},
	{"owners", Sample, shortDay, func(ctx context.Context, p *Play) ([]Finished, error) { return p.Own(ctx) }},
	{"disclosure", Sample, shortDay, func(ctx context.Context, p *Play) ([]Finished, error) { return p.Disclose(ctx) }},
	{"demand", Sample, usualDay, one((*Play).Demand)},
	{"duty_report", Sample, usualDay, one((*Play).Appraise)},
	{"department", Sample, usualDay, one((*Play).RateDepartments)},
	{"hearing", Sample, usualDay, func(ctx context.Context, p *Play) ([]Finished, error) {
		h, err := p.Hear(ctx, deliberation.HearingMeeting)
		return []Finished{{h.Hearing, h.Dossier}, {h.Matter, h.ForWhich}}, err
	}},
	{"consultation", Sample, usualDay, one(func(p *Play, ctx context.Context) (deliberation.ProcessID, []byte, error) {
		return p.Consult(ctx, deliberation.FoundAgreed)
	})},
	{"council", Sample, usualDay, one((*Play).Council)},
	{"open_talk", Sample, usualDay, one((*Play).Talk)},
	{"livelihood", Sample, usualDay, func(ctx context.Context, p *Play) ([]Finished, error) {
		h, err := p.Livelihood(ctx, deliberation.HearingMeeting)
		return []Finished{{h.Matter, h.ForWhich}, {h.Hearing, h.Dossier}}, err
	}},
	{"election", sixty, usualDay, func(ctx context.Context, p *Play) ([]Finished, error) {
		e, want := VillageElection(p.Cast)
		done, status, err := p.Elect(ctx, e)
		if err == nil {
			err = Seats(status, want)
		}
		return []Finished{done}, err
	}},
	{"choosing", sixty, usualDay, one((*Play).Choose)},
	{"resignation", sixty, usualDay, one((*Play).Resign)},
	{"recall", sixty, usualDay, func(ctx context.Context, p *Play) ([]Finished, error) {
		done, _, err := p.Recall(ctx, VillageRecall(p.Cast))
		return []Finished{done}, err
	}},
}

// sixty is a village small enough that everybody in it plays.
func sixty(today deliberation.Date) (deliberation.Roster, Cast) { return Village(today, 60) }

// one makes a piece of a play of one process.
func one(play func(*Play, context.Context) (deliberation.ProcessID, []byte, error)) func(context.Context, *Play) ([]Finished, error) {
	return func(ctx context.Context, p *Play) ([]Finished, error) {
		id, kept, err := play(p, ctx)
		return []Finished{{id, kept}}, err
	}
}

// PieceNames are the names of the pieces; the first is played where none is named.
func PieceNames() (names []string) {
	for _, p := range pieces {
		names = append(names, p.Name)
	}
	return names
}

// PieceOf gives the piece of the name.
func PieceOf(name string) (Piece, bool) {
	for _, p := range pieces {
		if p.Name == name {
			return p, true
		}
	}
	return Piece{}, false
}
