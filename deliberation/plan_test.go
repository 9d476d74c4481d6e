package deliberation_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yishi-project/yishi/deliberation"
)

type planned struct {
	point deliberation.PlanPoint
	body  deliberation.Body
	date  string
}

// A plan by hand: the conference of a village that starts on 1 December 2026.
func TestPlanVillage2026(t *testing.T) {
	steps := deliberation.PlanFourDeliberations(rules(t, "village-2026"), library(t).Calendar(), date(t, "2026-12-01"), deliberation.Conference)
	want := []planned{
		{deliberation.PlanSolicit, "", "2026-12-01"},
		{deliberation.PlanSolicitEnd, "", "2026-12-08"},
		{deliberation.PlanNotice, deliberation.BranchCommittee, "2026-12-09"},
		{deliberation.PlanMeeting, deliberation.BranchCommittee, "2026-12-10"},
		{deliberation.PlanNotice, deliberation.JointCommittees, "2026-12-10"},
		{deliberation.PlanMeeting, deliberation.JointCommittees, "2026-12-11"},
		{deliberation.PlanNotice, deliberation.PartyMeeting, "2026-12-11"},
		{deliberation.PlanMeeting, deliberation.PartyMeeting, "2026-12-14"},
		{deliberation.PlanAdvice, "", "2026-12-14"},
		{deliberation.PlanAdviceEnd, "", "2026-12-21"}, // the 19th is a Saturday
		{deliberation.PlanNotice, deliberation.Conference, "2026-12-14"},
		{deliberation.PlanMeeting, deliberation.Conference, "2026-12-17"},
		{deliberation.PlanPost, "", "2026-12-17"},
		{deliberation.PlanObjectionsEnd, "", "2026-12-24"},
		{deliberation.PlanAnswersEnd, "", "2026-12-28"}, // the 27th is a Sunday
		{deliberation.PlanDisplayEnd, "", "2027-01-01"}, // a holiday, yet a display does not roll
		{deliberation.PlanWork, "", "2027-01-02"},
		{deliberation.PlanReport, "", "2027-01-04"},
		{deliberation.PlanReviewEnd, "", "2027-01-07"},
		{deliberation.PlanPost, "", "2027-01-04"},
		{deliberation.PlanDisplayEnd, "", "2027-01-19"},
		{deliberation.PlanArchive, "", "2027-01-20"},
	}
	var got []planned
	for _, s := range steps {
		got = append(got, planned{s.Point, s.Body, s.Date.String()})
		if fromReport := s.Date.Year == 2027 && s.Point != deliberation.PlanWork && s.Date.After(date(t, "2027-01-01")); s.Provisional != fromReport {
			t.Errorf("%s on %s: provisional %v", s.Point, s.Date, s.Provisional)
		}
		if s.Words("zh") == "" || s.Words("en") == "" || s.Stage.Word("zh") == "" || s.Bound.Word("en") == "" {
			t.Errorf("no words for %+v", s)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

func TestPlanAssemblyWaitsTenDays(t *testing.T) {
	steps := deliberation.PlanFourDeliberations(rules(t, "urban-2026"), library(t).Calendar(), date(t, "2026-03-02"), deliberation.Assembly)
	var notice, meeting deliberation.Date
	for _, s := range steps {
		if s.Body == deliberation.Assembly && s.Point == deliberation.PlanNotice {
			notice = s.Date
		}
		if s.Body == deliberation.Assembly && s.Point == deliberation.PlanMeeting {
			meeting = s.Date
		}
	}
	if meeting.IsZero() || meeting.Sub(notice) != 10 {
		t.Errorf("notice %s, meeting %s", notice, meeting)
	}
}

// A process of 2025 that posts in 2026 hangs its paper fifteen days (law.md §17.5).
func TestPlanFollowsTheLawOfTheDay(t *testing.T) {
	lib := library(t)
	planner := deliberation.Planner{Rules: rules(t, "village-2018"), Calendar: lib.Calendar(), DaysOn: func(key string, on deliberation.Date) (deliberation.DaysRule, error) {
		return lib.DaysOn(deliberation.Village, "", key, on)
	}}
	for start, want := range map[string]int{"2025-11-03": 7, "2025-12-22": 15} {
		steps, err := planner.FourDeliberations(date(t, start), deliberation.Conference)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range steps {
			if s.Stage == deliberation.ResolutionDisclosure && s.Point == deliberation.PlanDisplayEnd {
				if s.Days.Days != want || s.Date.Sub(posted(steps[:i])) != want {
					t.Errorf("started %s: displayed %d days until %s", start, s.Days.Days, s.Date)
				}
			}
		}
	}
}

func posted(steps []deliberation.PlanStep) deliberation.Date {
	for _, s := range slices.Backward(steps) {
		if s.Point == deliberation.PlanPost {
			return s.Date
		}
	}
	return deliberation.Date{}
}

func TestPlanWithoutLawOfTheDay(t *testing.T) {
	none := errors.New("no law")
	planner := deliberation.Planner{Rules: rules(t, "urban-2026"), Calendar: library(t).Calendar(), DaysOn: func(string, deliberation.Date) (deliberation.DaysRule, error) {
		return deliberation.DaysRule{}, none
	}}
	if _, err := planner.FourDeliberations(date(t, "2026-03-02"), deliberation.Conference); !errors.Is(err, none) {
		t.Error(err)
	}
}

// Whatever the day it starts on: public acts fall on working days, notices lie
// their days before the meetings, and displays last their days.
func TestPlanIsLawful(t *testing.T) {
	lib := library(t)
	cal := lib.Calendar()
	all := lib.Packs()
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SampledFrom(all).Draw(rt, "pack")
		form := rapid.SampledFrom([]deliberation.Body{deliberation.Conference, deliberation.Assembly, deliberation.HouseholdAssembly}).Draw(rt, "form")
		start := deliberation.NewDate(2025, time.January, 1).AddDays(rapid.IntRange(0, 900).Draw(rt, "day"))
		steps := deliberation.PlanFourDeliberations(rules(t, p.ID), cal, start, form)
		if len(steps) == 0 || steps[0].Date.Before(start) {
			rt.Fatalf("%d steps", len(steps))
		}
		var last deliberation.Date
		for _, s := range steps {
			switch s.Point {
			case deliberation.PlanSolicit, deliberation.PlanNotice, deliberation.PlanPost, deliberation.PlanReport, deliberation.PlanAdvice:
				if cal.Day(s.Date).Rest {
					rt.Fatalf("%s on the rest day %s", s.Point, s.Date)
				}
				last = s.Date
			case deliberation.PlanMeeting, deliberation.PlanDisplayEnd:
				if s.Date.Sub(last) != s.Days.Days && s.Point == deliberation.PlanMeeting || s.Date.Sub(last) < s.Days.Days {
					rt.Fatalf("%s on %s, %d days after %s", s.Point, s.Date, s.Days.Days, last)
				}
			}
			if s.Date.Year > 2026 && s.Rolled > 0 && !s.Provisional {
				rt.Fatalf("%s is not marked provisional", s.Date)
			}
		}
	})
}
