package dossier

import (
	"fmt"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// choiceOf is the facts of a choice of three supervisors out of five who were proposed: one
// declined, two were tied for the last seat and stood again at once.
type choiceOf struct {
	rules      deliberation.ChoosingRules
	names      map[deliberation.PersonID]string
	candidates []deliberation.ChoosingCandidateData
	by         []deliberation.PersonID
	office     []deliberation.Office
	lists      deliberation.ChoosingListsData
	sheets     map[deliberation.PaperID]string
	motions    []deliberation.Motion
	counts     []deliberation.CountData
	verdicts   [][]deliberation.MotionVerdict
	chosen     []deliberation.ChosenData
	filed      bool
}

func aChoice(t *testing.T, rules deliberation.ChoosingRules) *choiceOf {
	t.Helper()
	x := &choiceOf{rules: rules, names: map[deliberation.PersonID]string{"a": "丁一", "b": "王二", "c": "李三", "d": "赵四", "e": "钱五"}, sheets: map[deliberation.PaperID]string{}, filed: true}
	say := func(who deliberation.PersonID, post deliberation.Office, s deliberation.NomineeState, by deliberation.PersonID, office deliberation.Office, paper string) {
		x.candidates = append(x.candidates, deliberation.ChoosingCandidateData{
			Candidate: deliberation.ChoosingCandidate{Person: who, Post: post, State: s}, Paper: deliberation.PaperRef{ID: deliberation.PaperID(paper)},
		})
		x.by, x.office = append(x.by, by), append(x.office, office)
	}
	for who, post := range map[deliberation.PersonID]deliberation.Office{"a": deliberation.SupervisionHead, "b": deliberation.Supervisor, "c": deliberation.Supervisor, "d": deliberation.Supervisor, "e": deliberation.Supervisor} {
		say(who, post, deliberation.NomineeNamed, "rep", deliberation.Representative, "")
	}
	say("a", deliberation.SupervisionHead, deliberation.NomineeAccepted, "clerk", deliberation.Clerk, "letter")
	for _, who := range []deliberation.PersonID{"b", "c", "d"} {
		say(who, deliberation.Supervisor, deliberation.NomineeAccepted, who, deliberation.Resident, "")
	}
	say("e", deliberation.Supervisor, deliberation.NomineeDeclined, "e", deliberation.Resident, "")
	x.lists.Lists = []deliberation.ChoosingList{
		{Post: deliberation.SupervisionHead, Seats: 1, Candidates: []deliberation.PersonID{"a"}},
		{Post: deliberation.Supervisor, Seats: 2, Candidates: []deliberation.PersonID{"b", "c", "d"}},
	}
	for _, who := range []deliberation.PersonID{"a", "b", "c", "d"} {
		x.lists.Standings = append(x.lists.Standings, deliberation.ChoosingStanding{Person: who, Resident: true})
	}
	again := x.ballot(x.lists.Lists, [][]int{{9}, {9, 7, 7}})
	if len(again) != 1 {
		t.Fatalf("tied: %+v", again)
	}
	x.ballot(again, [][]int{{3, 8}})
	return x
}

// ballot counts a ballot of the lists among eleven, and gives who is tied.
func (x *choiceOf) ballot(lists []deliberation.ChoosingList, votes [][]int) []deliberation.ChoosingList {
	n := len(x.counts) + 1
	lists = append([]deliberation.ChoosingList(nil), lists...)
	tally := deliberation.Tally{Due: 12, Present: 11, Voters: 11}
	attendance := deliberation.Attendance{Whole: deliberation.BodyCount{Body: deliberation.Conference, Due: 12, Present: 11}}
	d := deliberation.ChosenData{Poll: deliberation.PollID(fmt.Sprint("p", n))}
	c := deliberation.CountData{Meeting: "m1", Tally: tally}
	var verdicts []deliberation.MotionVerdict
	for i := range lists {
		l := &lists[i]
		l.Motion, l.Sheet = fmt.Sprintf("o%d%d", n, i), deliberation.PaperRef{ID: deliberation.PaperID(fmt.Sprintf("sheet%d%d", n, i))}
		var names []string
		q := deliberation.QuestionCount{Question: deliberation.QuestionID(l.Motion), Ballots: 11}
		for k, id := range l.Candidates {
			names = append(names, x.names[id])
			q.Votes = append(q.Votes, deliberation.OptionCount{Option: string(deliberation.OptionIDs(9)[k]), Votes: votes[i][k]})
		}
		x.sheets[l.Sheet.ID] = deliberation.ChoosingSheet(l.Post, l.Seats, names)
		m := deliberation.Motion{ID: l.Motion, Paper: l.Sheet, Voting: deliberation.SecretVoting, Options: deliberation.OptionIDs(len(l.Candidates)), Seats: min(l.Seats, len(l.Candidates))}
		x.motions = append(x.motions, m)
		v := m.Question().Decide(x.rules.Meeting.Passing, attendance, tally, q)
		won, tied := l.Seat(v, q, d.Poll)
		d.Seated = append(d.Seated, won...)
		if tied != nil {
			d.Again = append(d.Again, *tied)
		}
		verdicts, c.Questions = append(verdicts, v), append(c.Questions, q)
	}
	d.Lists = lists
	x.verdicts, x.counts, x.chosen = append(x.verdicts, verdicts), append(x.counts, c), append(x.chosen, d)
	return d.Again
}

// faults are what the check of choices finds.
func (x *choiceOf) faults() []Check {
	setup := &deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 3}
	e := &examination{
		choose: &x.rules, d: Data{files: contents{}, People: x.names},
		h: &history{started: &deliberation.StartedData{Choosing: setup}, ended: &deliberation.OutcomeData{Outcome: deliberation.Carried}, end: Fact{}, pollAt: map[string]*ballot{}},
	}
	e.d.Case.Matter.Choosing = setup
	for id, text := range x.sheets {
		e.d.files[paperStem(id)+".txt"] = []byte(text)
	}
	at := deliberation.NewDate(2026, 3, 10).At(9, 0)
	add := func(by deliberation.PersonID, office deliberation.Office, v any) *Fact {
		f := Fact{Value: v}
		at = at.Add(time.Minute)
		f.Actor, f.Office, f.At, f.Index = by, office, at, int64(len(e.d.Facts)+1)
		e.d.Facts = append(e.d.Facts, f)
		return &f
	}
	for i := range x.candidates {
		add(x.by[i], x.office[i], &x.candidates[i])
	}
	add("clerk", deliberation.Clerk, &x.lists)
	m := &sitting{id: "m1"}
	for i := range x.chosen {
		for k := range x.motions {
			for _, l := range x.chosen[i].Lists {
				if l.Motion == x.motions[k].ID {
					add("", "", &deliberation.MotionData{Motion: x.motions[k]})
				}
			}
		}
		b := &ballot{id: x.chosen[i].Poll, closed: add("", "", &x.counts[i])}
		for _, v := range x.verdicts[i] {
			b.passings = append(b.passings, *add("", "", &deliberation.VerdictData{Meeting: "m1", Verdict: v.Verdict, Motion: v.Motion, Chosen: v.Chosen, Tied: v.Tied}))
		}
		m.polls = append(m.polls, b)
		e.h.pollAt[string(b.id)] = b
		add("", "", &x.chosen[i])
	}
	e.h.meetings = []*sitting{m}
	if x.filed {
		f := Fact{Value: &deliberation.PaperData{}}
		f.Office = deliberation.Clerk
		e.h.filed = append(e.h.filed, f)
	}
	e.check("choosing", e.choosing)
	return e.Faults()
}

func TestChoicesAreReadAgain(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := lib.Pack("village-2026+sichuan")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.ChoosingOf(pack, deliberation.ChooseSupervisors, deliberation.Conference)
	if err != nil {
		t.Fatal(err)
	}
	if f := aChoice(t, rules).faults(); len(f) > 0 {
		t.Fatalf("a lawful choice: %+v", f)
	}
	answer := func(x *choiceOf, who deliberation.PersonID) int {
		for i, c := range x.candidates {
			if c.Candidate.Person == who && c.Candidate.State != deliberation.NomineeNamed {
				return i
			}
		}
		return -1
	}
	for name, forge := range map[string]func(x *choiceOf){
		"another is chosen": func(x *choiceOf) { x.chosen[0].Seated[0].Person = "e" },
		"with more votes":   func(x *choiceOf) { x.chosen[0].Seated[0].Votes = 11 },
		"the tied are seated": func(x *choiceOf) {
			x.chosen[0].Again = nil
			x.chosen, x.counts, x.verdicts = x.chosen[:1], x.counts[:1], x.verdicts[:1]
		},
		"one tied is left out":              func(x *choiceOf) { x.chosen[0].Again[0].Candidates = []deliberation.PersonID{"c"} },
		"the tied again in another meeting": func(x *choiceOf) { x.counts[1].Meeting = "m2" },
		"somebody stands who declined":      func(x *choiceOf) { x.lists.Lists[1].Candidates = []deliberation.PersonID{"b", "c", "d", "e"} },
		"somebody is left off the list":     func(x *choiceOf) { x.lists.Lists[1].Candidates = []deliberation.PersonID{"b", "c"} },
		"not by the strokes":                func(x *choiceOf) { x.lists.Lists[1].Candidates = []deliberation.PersonID{"d", "c", "b"} },
		"somebody was not looked at":        func(x *choiceOf) { x.lists.Standings = x.lists.Standings[:3] },
		"the director's relative stands":    func(x *choiceOf) { x.lists.Standings[1].Kin = true },
		"a member of the committee stands":  func(x *choiceOf) { x.lists.Standings[2].Offices = []deliberation.Office{deliberation.CommitteeMember} },
		"the secretary is to lead":          func(x *choiceOf) { x.lists.Standings[0].Offices = []deliberation.Office{deliberation.Secretary} },
		"the director proposed them":        func(x *choiceOf) { x.office[0] = deliberation.Director },
		"another agreed":                    func(x *choiceOf) { x.by[answer(x, "b")] = "a" },
		"the clerk agreed without a letter": func(x *choiceOf) { x.candidates[answer(x, "a")].Paper = deliberation.PaperRef{} },
		"other names on the sheet": func(x *choiceOf) {
			x.sheets["sheet11"] = deliberation.ChoosingSheet(deliberation.Supervisor, 2, []string{"王二", "李三", "钱五"})
		},
		"a show of hands":                     func(x *choiceOf) { x.motions[0].Voting = deliberation.HandsVoting },
		"more seats on the ballot":            func(x *choiceOf) { x.motions[1].Seats = 3 },
		"a ballot nobody read":                func(x *choiceOf) { x.chosen[1].Poll = "p9" },
		"nothing was filed":                   func(x *choiceOf) { x.filed = false },
		"two of three seats are no committee": func(x *choiceOf) { x.verdicts[1][0].Chosen, x.chosen[1].Seated = nil, nil },
	} {
		x := aChoice(t, rules)
		forge(x)
		if len(x.faults()) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}
