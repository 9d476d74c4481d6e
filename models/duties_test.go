package models_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// held puts a meeting of the body on the day into the database.
func held(t *testing.T, s *models.Store, id string, body deliberation.Body, on deliberation.Date, state deliberation.MeetingState, met bool) {
	t.Helper()
	c := change("held " + id)
	c.Meetings = []deliberation.Meeting{{
		ID: deliberation.MeetingID(string(process) + "." + id), Stage: deliberation.Resolution, Body: body, Convened: on.AddDays(-3).At(9, 0), Starts: on.At(0, 30),
		State: state, Quorum: &deliberation.Verdict{Met: met},
	}}
	got(s.Apply(t.Context(), c))(t)
}

func TestLastMeetings(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		here := []deliberation.CommunityID{place}
		r := got(s.LastMeetings(ctx, here))(t)[place]
		if len(r.Last)+len(r.Entered) != 0 || r.Known.After(today) || r.Known.IsZero() {
			t.Fatalf("before any meeting: %+v", r)
		}

		march := deliberation.NewDate(2027, 3, 1)
		held(t, s, "m1", deliberation.Conference, march, deliberation.MeetingClosed, true)
		held(t, s, "m2", deliberation.Conference, march.AddDays(-9), deliberation.MeetingClosed, true) // convened later, held earlier
		held(t, s, "m3", deliberation.Conference, march.AddDays(9), deliberation.MeetingClosed, false)
		held(t, s, "m4", deliberation.Conference, march.AddDays(10), deliberation.MeetingAdjourned, false)
		held(t, s, "m5", deliberation.Conference, march.AddDays(11), deliberation.MeetingInSession, true)
		held(t, s, "m6", deliberation.JointCommittees, march.AddDays(12), deliberation.MeetingClosed, true)
		held(t, s, "m7", deliberation.HouseholdAssembly, march.AddDays(13), deliberation.MeetingClosed, true)
		held(t, s, "m8", deliberation.OpenTalkMeeting, march.AddDays(14), deliberation.MeetingClosed, true)
		r = got(s.LastMeetings(ctx, here))(t)[place]
		// The meeting begins half an hour after midnight in Shanghai, the day before in UTC.
		equal(t, "the conference", r.Last[deliberation.Conference], march)
		equal(t, "the households", r.Last[deliberation.HouseholdAssembly], march.AddDays(13))
		equal(t, "the open talk", r.Last[deliberation.OpenTalkMeeting], march.AddDays(14))
		equal(t, "bodies", len(r.Last), 3)

		// A body that fails its quorum again and again is still found to have met before.
		for i := range 7 {
			held(t, s, "n"+string(rune('0'+i)), deliberation.Conference, march.AddDays(20+i), deliberation.MeetingClosed, true)
		}
		r = got(s.LastMeetings(ctx, here))(t)[place]
		equal(t, "the last of many", r.Last[deliberation.Conference], march.AddDays(26))

		h := deliberation.HeldElsewhere{Community: place, Body: deliberation.SupervisoryCommittee, On: march, By: rare}
		ok(t, s.RecordHeld(ctx, h))
		refused(t, s.RecordHeld(ctx, h), deliberation.RefuseTwice)
		h.On = march.AddDays(-30)
		ok(t, s.RecordHeld(ctx, h))
		h.By = "nobody"
		h.On = march.AddDays(1)
		refused(t, s.RecordHeld(ctx, h), deliberation.RefuseNotFound)
		r = got(s.LastMeetings(ctx, here))(t)[place]
		equal(t, "entered", r.Entered[deliberation.SupervisoryCommittee], march)
		equal(t, "not held here", r.Last[deliberation.SupervisoryCommittee].IsZero(), true)

		none := got(s.LastMeetings(ctx, []deliberation.CommunityID{"elsewhere"}))(t)["elsewhere"]
		if len(none.Last)+len(none.Entered) != 0 || !none.Known.IsZero() {
			t.Fatalf("a community without a trace: %+v", none)
		}
		equal(t, "of no community", len(got(s.LastMeetings(ctx, nil))(t)), 0)
	})
}

func TestAuthorisations(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		a := deliberation.Authorisation{
			ID: "p1.g1", Process: process, Motion: "p1.o1", Paper: deliberation.PaperRef{ID: "text", Kind: deliberation.PaperMotion, SHA256: "00"}, From: today,
			Grant: deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryWelfare, deliberation.CategoryFunds}, Until: today.AddYears(1)},
		}
		later := a
		later.ID, later.Motion, later.Until, later.To = "p1.g2", "p1.o2", today.AddYears(2), deliberation.CouncilMeeting
		c := change("authorised")
		c.Authorisations = []deliberation.Authorisation{a, later}
		got(s.Apply(ctx, c))(t)
		got(s.Apply(ctx, c))(t) // the same step again
		list := got(s.Authorisations(ctx, place))(t)
		equal(t, "how many", len(list), 2)
		equal(t, "that which ends last", list[0].ID, later.ID)
		equal(t, "to whom", [2]deliberation.Body{list[0].Holder(), list[1].Holder()}, [2]deliberation.Body{deliberation.CouncilMeeting, deliberation.Conference})
		have := got(s.Authorisation(ctx, place, a.ID))(t)
		if !have.Covers(deliberation.CategoryFunds, today) || have.Covers(deliberation.CategoryRelief, today) || have.Paper != a.Paper || have.Motion != a.Motion || have.From != a.From || have.Until != a.Until {
			t.Errorf("%+v", have)
		}
		_, err := s.Authorisation(ctx, "elsewhere", a.ID)
		refused(t, err, deliberation.RefuseNotFound)
		equal(t, "elsewhere", len(got(s.Authorisations(ctx, "elsewhere"))(t)), 0)

		// The database keeps a second authorisation by one motion out, and days that are none.
		db := b.raw(t)
		for _, q := range []string{
			"'x', 'c1', 'p1', 'p1.o1', '{}', '[]', '2026-12-01', '2027-12-01', ''",
			"'x', 'c1', 'p1', 'p1.o9', '{}', '[]', '', '2027-12-01', ''",
			"'x', 'nowhere', 'p1', 'p1.o9', '{}', '[]', '2026-12-01', '2027-12-01', ''",
			"'x', 'c1', 'p1', 'p1.o9', '{}', '[]', '2026-12-01', '2027-12-01', 'party_meeting'",
		} {
			if _, err := db.ExecContext(ctx, "INSERT INTO authorisations (id, community, process, motion, paper, categories, from_day, until_day, given_to) VALUES ("+q+")"); err == nil {
				t.Errorf("taken: %s", q)
			}
		}
	})
}

func TestDraftsOfMatters(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		d := deliberation.MatterDraft{Person: both, Kind: deliberation.ConferenceKind, Fields: map[string]string{"title": secret}, Saved: noon}
		ok(t, s.KeepDraft(ctx, d))
		other := d
		other.Kind, other.Saved = deliberation.FourDeliberationsKind, noon.Add(time.Hour)
		ok(t, s.KeepDraft(ctx, other))
		d.Fields = map[string]string{"title": secret + "（改）"}
		ok(t, s.KeepDraft(ctx, d)) // in place of the first
		list := got(s.Drafts(ctx, both))(t)
		equal(t, "how many", len(list), 2)
		equal(t, "the last kept first", list[0].Kind, other.Kind)
		equal(t, "what was typed", list[1].Fields["title"], secret+"（改）")
		equal(t, "somebody else's", len(got(s.Drafts(ctx, rare))(t)), 0)
		var sealed []byte
		if err := b.raw(t).QueryRowContext(ctx, "SELECT form FROM matter_drafts WHERE kind = 'conference'").Scan(&sealed); err != nil || bytes.Contains(sealed, []byte(secret)) {
			t.Errorf("the draft can be read at rest (%v)", err)
		}
		ok(t, s.DropDraft(ctx, both, d.Kind))
		ok(t, s.DropDraft(ctx, both, d.Kind)) // twice is as once
		equal(t, "after dropping one", len(got(s.Drafts(ctx, both))(t)), 1)
		d.Person = "nobody"
		refused(t, s.KeepDraft(ctx, d), deliberation.RefuseNotFound)
	})
}
