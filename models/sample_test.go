package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

const (
	place    = deliberation.CommunityID("c1")
	process  = deliberation.ProcessID("p1")
	meeting  = deliberation.MeetingID("p1.m1")
	poll     = deliberation.PollID("p1.p2")
	both     = deliberation.PersonID("both") // secretary and director in one 一肩挑
	rare     = deliberation.PersonID("rare") // supervisor with a name outside the basic plane
	rareName = "𠅤𬱖"
	secret   = "小区南门加装电梯" // a title that must not be readable at rest
)

var (
	today = deliberation.NewDate(2026, 12, 1)
	noon  = today.At(12, 0)
)

func rep(i int) deliberation.PersonID { return deliberation.PersonID(fmt.Sprintf("rep%03d", i)) }

// roster is a community with n representatives, a branch and a committee that
// share one head, and a supervisor.
func roster(n int) deliberation.Roster {
	r := deliberation.Roster{Community: deliberation.Community{ID: place, Name: "样板社区", Kind: deliberation.Urban, Place: "sichuan", Demo: true}}
	since := deliberation.NewDate(2024, 1, 1)
	add := func(id deliberation.PersonID, name string, offices ...deliberation.Office) {
		r.Persons = append(r.Persons, deliberation.Person{ID: id, Community: place, Name: name, Group: "第一组"})
		for _, o := range offices {
			r.Offices = append(r.Offices, deliberation.OfficeHeld{Person: id, Community: place, Office: o, From: since})
		}
	}
	add(both, "欧阳丹", deliberation.Secretary, deliberation.Director)
	add("branch1", "单立", deliberation.BranchMember)
	add("comm1", "张三", deliberation.CommitteeMember, deliberation.BranchMember)
	add("comm2", "王五", deliberation.CommitteeMember)
	add(rare, rareName, deliberation.Supervisor, deliberation.Resident)
	for i := range n {
		add(rep(i), fmt.Sprintf("代表%d", i), deliberation.Representative)
	}
	return r
}

func sampleProcess(id deliberation.ProcessID, title string) deliberation.Process {
	return deliberation.Process{
		ID: id, Community: place, Kind: "four_deliberations",
		Matter:  deliberation.Matter{Title: title, Summary: "摘要", Category: deliberation.CategoryWelfare, Form: deliberation.Conference, BudgetFen: 12345},
		Pack:    deliberation.PackRef{ID: "urban-2026", Version: "1", Hash: "abc"},
		Started: today, StartedBy: both, Office: deliberation.Secretary,
		Clock: deliberation.Clock{Real: noon, Civil: noon, Rate: 86400},
	}
}

// seeded is the store with the roster and one process that has begun.
func seeded(t *testing.T, s *models.Store, n int) {
	t.Helper()
	ok(t, s.LoadRoster(t.Context(), roster(n), "operator"))
	ok(t, s.CreateProcess(t.Context(), sampleProcess(process, secret)))
	c := change("start")
	c.Status = &deliberation.Status{Stage: deliberation.Soliciting, State: deliberation.Running}
	got(s.Apply(t.Context(), c))(t)
}

func change(key string) deliberation.Change {
	return deliberation.Change{Key: string(process) + "/" + key, Process: process, At: noon, Actor: both, Office: deliberation.Secretary, Act: deliberation.Convene}
}

func meetingIn(state deliberation.MeetingState, body deliberation.Body) deliberation.Meeting {
	return deliberation.Meeting{ID: meeting, Stage: deliberation.Resolution, Body: body, Convened: noon, Starts: noon, State: state}
}

func meet(t *testing.T, s *models.Store, state deliberation.MeetingState, body deliberation.Body) {
	t.Helper()
	c := change("meeting " + string(state))
	c.Meetings = []deliberation.Meeting{meetingIn(state, body)}
	got(s.Apply(t.Context(), c))(t)
}

func rollSpec(body deliberation.Body) deliberation.RollSpec {
	return deliberation.RollSpec{Process: process, Community: place, Meeting: meeting, Body: body, On: today}
}

// gathered is a meeting of the body whose roll is frozen, with those checked in.
func gathered(t *testing.T, s *models.Store, body deliberation.Body, present ...deliberation.PersonID) {
	t.Helper()
	meet(t, s, deliberation.MeetingCheckIn, body)
	got(s.FreezeRoll(t.Context(), rollSpec(body)))(t)
	for _, p := range present {
		ok(t, s.CheckIn(t.Context(), meeting, p, p, 0, noon))
	}
}

func samplePoll() deliberation.Poll {
	return deliberation.Poll{ID: poll, Meeting: meeting, Stage: deliberation.Resolution, Opened: noon, Closes: noon.Add(time.Hour), State: deliberation.PollOpen}
}

func opened(t *testing.T, s *models.Store, body deliberation.Body, present ...deliberation.PersonID) deliberation.Roll {
	t.Helper()
	gathered(t, s, body, present...)
	return got(s.OpenPoll(t.Context(), process, samplePoll()))(t)
}

func reps(n int) []deliberation.PersonID {
	ids := make([]deliberation.PersonID, n)
	for i := range ids {
		ids[i] = rep(i)
	}
	return ids
}

func ballot(person deliberation.PersonID, c deliberation.Choice, key string) deliberation.Ballot {
	return deliberation.Ballot{Poll: poll, Person: person, Choice: c, Key: key, At: noon.Add(time.Minute)}
}
