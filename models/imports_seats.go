package models

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
)

// sourceLoaded is the source of an office that came from a file.
const sourceLoaded = "loaded"

// seats plans the offices of a row. An import records offices and corrects their
// first day; it ends none, but for probation when full membership begins.
func (im *importing) seats(a *alteration, e *roster.Entry) {
	for _, want := range e.Seats {
		field := roster.Offices
		if want.Office == deliberation.PartyMember || want.Office == deliberation.ProbationaryMember {
			field = roster.Party
		}
		seat := deliberation.OfficeHeld{Person: a.record.ID, Community: a.record.Community, Office: want.Office, From: want.From, Source: sourceLoaded}
		if seat.From.IsZero() {
			seat.From = im.o.On
		}
		code := im.seat(a, seat, want.From.IsZero())
		if code != "" {
			im.fault(e.Line, field, code)
		}
	}
	if len(a.seats) == 0 {
		return
	}
	switch {
	case a.before != nil && a.record.ID == im.o.Actor:
		im.fault(e.Line, roster.Offices, "own_office")
	case !im.o.Appoints:
		im.fault(e.Line, roster.Offices, "office_not_entitled")
	}
}

// seat plans one office, and gives the code of what stands in its way. anyDay
// says that the file names no first day.
func (im *importing) seat(a *alteration, seat deliberation.OfficeHeld, anyDay bool) (code string) {
	var held []deliberation.OfficeHeld
	if a.before != nil {
		held = a.before.offices
	}
	var gives []deliberation.OfficeHeld
	for _, h := range held {
		if !slices.Contains(excludes(seat.Office), h.Office) {
			continue
		}
		current := h.Until.IsZero() || !h.Until.Before(im.o.On)
		switch {
		case h.Office == seat.Office && current && (anyDay || h.From == seat.From):
			return "" // held already
		case h.Office == seat.Office && current:
			gives = append(gives, h)
			seat.Until, seat.Source = h.Until, h.Source
		case h.Office == seat.Office && h.From == seat.From:
			return "office_ended"
		case h.Office == deliberation.ProbationaryMember && current && h.From.Before(seat.From):
			gives = append(gives, h) // 转正
		case h.Office != seat.Office && overlap(h, seat):
			return "party_differs"
		case overlap(h, seat):
			return "office_overlaps"
		}
	}
	if !seat.Until.IsZero() && seat.Until.Before(seat.From) {
		return "office_overlaps"
	}
	for _, h := range gives {
		a.drop = append(a.drop, h)
		if h.Office != seat.Office {
			h.Until = seat.From.AddDays(-1)
			a.seats = append(a.seats, h)
		}
	}
	a.seats = append(a.seats, seat)
	return ""
}
