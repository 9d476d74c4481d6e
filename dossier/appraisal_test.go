package dossier

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// yearly is the facts of an appraisal of two, of whom one is unfit for the second
// time: what the check of reports and grades reads of a dossier.
type yearly struct {
	list   deliberation.AppraisedListData
	report []deliberation.DutyReportData
	actor  []deliberation.PersonID
	notice deliberation.NoticeData
	count  deliberation.CountData
	graded []deliberation.GradedData
	acts   []deliberation.AppraisalActData
}

func aYear(t *testing.T, rules deliberation.AppraisalRules) *yearly {
	t.Helper()
	held, since := deliberation.NewDate(2027, 3, 20), deliberation.NewDate(2024, 1, 5)
	people := []deliberation.Appraisee{{Person: "boss", Post: deliberation.Director, Since: since}, {Person: "member", Post: deliberation.CommitteeMember, Since: since}}
	y := &yearly{list: deliberation.AppraisedListData{People: people}, notice: deliberation.NoticeData{Starts: held.At(9, 0)}, count: deliberation.CountData{Meeting: "m1"}}
	for i, votes := range [][]int{{9, 1, 0, 0}, {1, 1, 1, 7}} {
		who := people[i]
		ref := deliberation.PaperRef{ID: deliberation.PaperID("r-" + string(who.Person))}
		y.report = append(y.report, deliberation.DutyReportData{Person: who.Person, Post: who.Post, Paper: ref, Owed: 2, Answered: 2, Done: 1, Promised: 1})
		y.actor = append(y.actor, who.Person)
		q := deliberation.QuestionCount{Question: deliberation.QuestionID("q-" + string(who.Person)), Ballots: 10}
		for k, g := range deliberation.Grades {
			q.Votes = append(q.Votes, deliberation.OptionCount{Option: string(g), Votes: votes[k]})
		}
		y.count.Questions = append(y.count.Questions, q)
		g, err := rules.Grade(q)
		if err != nil {
			t.Fatal(err)
		}
		now := deliberation.HeldAppraisal{Process: "y2", Person: who.Person, Post: who.Post, On: held, Grade: g.Grade}
		before := []deliberation.HeldAppraisal{{Process: "y1", Person: who.Person, Post: who.Post, On: held.AddYears(-1), Grade: deliberation.Unfit}}
		y.graded = append(y.graded, deliberation.GradedData{
			Meeting: "m1", Motion: string(q.Question), Since: who.Since, Held: now, Grading: g, Before: before, Consequence: rules.Consequence(now, who.Since, before),
		})
	}
	y.acts = []deliberation.AppraisalActData{{Act: deliberation.AnnounceEnd, Person: "member", Post: deliberation.CommitteeMember, Paper: deliberation.PaperRef{ID: "n1"}}}
	return y
}

// faults are what the check of reports and grades finds.
func (y *yearly) faults(rules deliberation.AppraisalRules) []Check {
	e := &examination{appraise: &rules, manifest: Manifest{Process: "y2"}, h: &history{ended: &deliberation.OutcomeData{Outcome: deliberation.Carried}}}
	add := func(subject string, actor deliberation.PersonID, v any) {
		f := Fact{Value: v}
		f.Subject, f.Actor = subject, actor
		e.d.Facts = append(e.d.Facts, f)
	}
	add("y2", "", &y.list)
	for i := range y.report {
		add(string(y.report[i].Person), y.actor[i], &y.report[i])
	}
	add("m1", "head", &y.notice)
	add("p1", "head", &y.count)
	for i := range y.graded {
		add(string(y.graded[i].Held.Person), "", &y.graded[i])
	}
	for i := range y.acts {
		add(string(y.acts[i].Person), "head", &y.acts[i])
	}
	e.check("appraisal", e.appraisal)
	return e.Faults()
}

func TestGradesAreComputedAgain(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack("urban-2026")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.AppraisalOf(p)
	if err != nil {
		t.Fatal(err)
	}
	honest := aYear(t, rules)
	if f := honest.faults(rules); len(f) > 0 {
		t.Fatalf("an honest year: %+v", f)
	}
	if k := honest.graded[1].Consequence.Kind; k != deliberation.EndsByLaw {
		t.Fatalf("two years of unfit give %s", k)
	}
	for name, lie := range map[string]func(y *yearly){
		"a better grade": func(y *yearly) {
			y.graded[1].Held.Grade, y.graded[1].Grading.Grade = deliberation.BarelyCompetent, deliberation.BarelyCompetent
		},
		"a grade of no question":         func(y *yearly) { y.graded[1].Motion = "q-nobody" },
		"counts that do not add up":      func(y *yearly) { y.count.Questions[1].Ballots = 9 },
		"a first unfit made a second":    func(y *yearly) { y.graded[1].Before = nil },
		"a second made a first":          func(y *yearly) { y.graded[1].Consequence.Kind = deliberation.Explain },
		"another post between is hidden": func(y *yearly) { y.graded[1].Before[0].Post = deliberation.Director },
		"another day":                    func(y *yearly) { y.graded[1].Held.On = y.graded[1].Held.On.AddDays(1) },
		"graded twice":                   func(y *yearly) { y.graded = append(y.graded, y.graded[0]) },
		"somebody not on the list":       func(y *yearly) { y.list.People = y.list.People[:1] },
		"no notice":                      func(y *yearly) { y.acts = nil },
		"measures asked of the commended": func(y *yearly) {
			y.acts = append(y.acts, deliberation.AppraisalActData{Act: deliberation.ExplainGrade, Person: "boss", Post: deliberation.Director})
		},
		"a commitment without an answer": func(y *yearly) { y.report[0].Answered = 1 },
		"nothing promised":               func(y *yearly) { y.report[0].Promised = 0 },
		"reported by another":            func(y *yearly) { y.actor[0] = "member" },
		"never reported":                 func(y *yearly) { y.report, y.actor = y.report[:1], y.actor[:1] },
	} {
		y := aYear(t, rules)
		lie(y)
		if len(y.faults(rules)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}
