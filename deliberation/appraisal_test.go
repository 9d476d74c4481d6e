package deliberation_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func appraisalRules(t *testing.T, pack string) deliberation.AppraisalRules {
	t.Helper()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack(pack)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.AppraisalOf(p)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// forms counts a question: excellent, competent, barely competent, unfit, blank, spoiled.
func forms(n ...int) deliberation.QuestionCount {
	c := deliberation.QuestionCount{Question: "q1", Blank: n[4], Spoiled: n[5]}
	for i, g := range deliberation.Grades {
		c.Votes = append(c.Votes, deliberation.OptionCount{Option: string(g), Votes: n[i]})
	}
	for _, k := range n {
		c.Ballots += k
	}
	return c
}

// The order of law.md §17.1, each line at a boundary.
func TestGradesAtTheBoundary(t *testing.T) {
	t.Parallel()
	rules := appraisalRules(t, "village-2026")
	for _, c := range []struct {
		name string
		n    []int
		want deliberation.Grade
	}{
		{"unfit by one more than half", []int{9, 0, 0, 11, 0, 0}, deliberation.Unfit},
		{"exactly half is not more than half", []int{10, 0, 0, 10, 0, 0}, deliberation.Competent},
		{"half of the valid, blank forms apart", []int{0, 4, 0, 6, 8, 2}, deliberation.Unfit},
		{"excellent at four fifths", []int{9, 7, 4, 0, 0, 0}, deliberation.Excellent},
		{"a vote below four fifths", []int{9, 6, 5, 0, 0, 0}, deliberation.Competent},
		{"four fifths, but competent leads", []int{8, 9, 3, 0, 0, 0}, deliberation.Competent},
		{"four fifths, but both lead", []int{8, 8, 4, 0, 0, 0}, deliberation.Competent},
		{"excellent leads without four fifths", []int{9, 2, 5, 4, 0, 0}, deliberation.Competent},
		{"barely competent leads", []int{3, 4, 8, 5, 0, 0}, deliberation.BarelyCompetent},
		{"unfit leads without its majority", []int{2, 5, 5, 8, 0, 0}, deliberation.BarelyCompetent},
		{"a tie takes the better", []int{0, 7, 7, 6, 0, 0}, deliberation.Competent},
		{"a tie with unfit", []int{0, 0, 7, 7, 0, 0}, deliberation.BarelyCompetent},
		{"one form", []int{1, 0, 0, 0, 0, 0}, deliberation.Excellent},
		{"no valid form", []int{0, 0, 0, 0, 3, 2}, ""},
		{"nobody", []int{0, 0, 0, 0, 0, 0}, ""},
	} {
		g, err := rules.Grade(forms(c.n...))
		if err != nil || g.Grade != c.want {
			t.Errorf("%s: %q (%v), want %q", c.name, g.Grade, err, c.want)
		}
	}
	worse := rules
	worse.Tie.Code = deliberation.TieWorse
	if g, _ := worse.Grade(forms(0, 7, 7, 6, 0, 0)); g.Grade != deliberation.BarelyCompetent {
		t.Errorf("a tie that takes the worse gave %q", g.Grade)
	}
}

func TestGradesThatDoNotAddUpAreRefused(t *testing.T) {
	t.Parallel()
	rules := appraisalRules(t, "urban-2026")
	more, strange, less := forms(3, 3, 3, 3, 1, 1), forms(3, 3, 3, 3, 0, 0), forms(1, 1, 0, 0, 0, 0)
	more.Ballots++
	strange.Votes = append(strange.Votes, deliberation.OptionCount{Option: "splendid", Votes: 1})
	strange.Ballots++
	less.Votes[0].Votes, less.Ballots = -1, 0
	for name, c := range map[string]deliberation.QuestionCount{"a ballot too many": more, "a grade that is none": strange, "fewer than none": less} {
		if _, err := rules.Grade(c); !errors.Is(err, deliberation.Refuse(deliberation.RefuseUnreconciled)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := deliberation.BallotForm{{ID: "q1", Kind: deliberation.SeatsQuestion, Options: deliberation.GradeOptions(), Seats: 1}}
	if _, _, err := rules.GradeEach(f, deliberation.Attendance{}, deliberation.Tally{}, nil); err == nil {
		t.Error("a ballot without its count was graded")
	}
}

// For any count: one more unfit form never betters a grade, one more excellent form
// never worsens it, and only a majority of the valid forms makes anybody unfit.
func TestGradesAreMonotonous(t *testing.T) {
	t.Parallel()
	rules := appraisalRules(t, "urban-2026")
	r := rand.New(rand.NewPCG(7, 2026))
	rank := func(n []int) int {
		g, err := rules.Grade(forms(n...))
		if err != nil {
			t.Fatal(err)
		}
		return slices.Index(deliberation.Grades, g.Grade)
	}
	for range 20000 {
		n := []int{r.IntN(12), r.IntN(12), r.IntN(12), r.IntN(12), r.IntN(3), r.IntN(3)}
		valid := n[0] + n[1] + n[2] + n[3]
		if valid == 0 {
			continue
		}
		before := rank(n)
		if unfit := before == 3; unfit != (2*n[3] > valid) {
			t.Fatalf("%v: unfit is %v", n, unfit)
		}
		up, down := slices.Clone(n), slices.Clone(n)
		up[0]++
		down[3]++
		if rank(up) > before {
			t.Fatalf("%v: an excellent form more worsens the grade", n)
		}
		if rank(down) < before {
			t.Fatalf("%v: an unfit form more betters the grade", n)
		}
		more := slices.Clone(n)
		more[4], more[5] = more[4]+5, more[5]+5
		if rank(more) != before {
			t.Fatalf("%v: blank and spoiled forms change the grade", n)
		}
	}
}

func on(t *testing.T, s string) deliberation.Date {
	t.Helper()
	d, err := deliberation.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Two in a row: law.md §17.2.
func TestTwoUnfitGradesInARow(t *testing.T) {
	t.Parallel()
	director, member := deliberation.Director, deliberation.CommitteeMember
	at := func(post deliberation.Office, day string, g deliberation.Grade) deliberation.HeldAppraisal {
		return deliberation.HeldAppraisal{Process: deliberation.ProcessID("x" + day), Person: "p1", Post: post, On: on(t, day), Grade: g}
	}
	now := at(director, "2027-03-01", deliberation.Unfit)
	for _, c := range []struct {
		name   string
		pack   string
		now    deliberation.HeldAppraisal
		since  string
		before []deliberation.HeldAppraisal
		want   deliberation.ConsequenceKind
		why    deliberation.RowReason
	}{
		{"excellent", "", at(director, "2027-03-01", deliberation.Excellent), "2024-01-01", nil, deliberation.Commend, ""},
		{"barely competent", "", at(director, "2027-03-01", deliberation.BarelyCompetent), "2024-01-01", []deliberation.HeldAppraisal{at(director, "2026-03-01", deliberation.Unfit)}, deliberation.NoConsequence, ""},
		{"the first", "", now, "2024-01-01", nil, deliberation.Explain, deliberation.RowFirst},
		{"two in a row", "", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2026-03-01", deliberation.Unfit)}, deliberation.EndsByLaw, deliberation.RowInRow},
		{"six months to the day", "", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2026-09-01", deliberation.Unfit)}, deliberation.EndsByLaw, deliberation.RowInRow},
		{"a day less than six months", "", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2026-09-02", deliberation.Unfit)}, deliberation.ReferRow, deliberation.RowTooClose},
		{"a better one between", "", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2026-03-01", deliberation.Competent), at(director, "2025-03-01", deliberation.Unfit)}, deliberation.Explain, deliberation.RowBetter},
		{"another post between", "", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2025-03-01", deliberation.Unfit), at(member, "2026-03-01", deliberation.Competent)}, deliberation.Explain, deliberation.RowBetter},
		{"the last unfit in another post", "", now, "2026-06-01", []deliberation.HeldAppraisal{at(member, "2026-03-01", deliberation.Unfit)}, deliberation.ReferRow, deliberation.RowOtherPost},
		{"the post left and taken again", "", now, "2026-06-01", []deliberation.HeldAppraisal{at(director, "2026-03-01", deliberation.Unfit)}, deliberation.Explain, deliberation.RowNewTerm},
		{"a Party post", "", at(deliberation.Secretary, "2027-03-01", deliberation.Unfit), "2024-01-01", []deliberation.HeldAppraisal{at(deliberation.Secretary, "2026-03-01", deliberation.Unfit)}, deliberation.ReferRow, deliberation.RowPartyPost},
		{"no law says so", "urban-2018", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2026-03-01", deliberation.Unfit)}, deliberation.Explain, deliberation.RowNoRule},
		{"somebody else's", "", now, "2024-01-01", []deliberation.HeldAppraisal{{Person: "p2", Post: director, On: on(t, "2026-03-01"), Grade: deliberation.Unfit}}, deliberation.Explain, deliberation.RowFirst},
		{"one that gave no grade is not counted", "", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2026-03-01", ""), at(director, "2025-03-01", deliberation.Unfit)}, deliberation.EndsByLaw, deliberation.RowInRow},
		{"a later one", "", now, "2024-01-01", []deliberation.HeldAppraisal{at(director, "2028-03-01", deliberation.Unfit)}, deliberation.Explain, deliberation.RowFirst},
	} {
		pack := c.pack
		if pack == "" {
			pack = "urban-2026"
		}
		got := appraisalRules(t, pack).Consequence(c.now, on(t, c.since), c.before)
		if got.Kind != c.want || got.Reason != c.why {
			t.Errorf("%s: %s %s, want %s %s", c.name, got.Kind, got.Reason, c.want, c.why)
		}
		if got.Kind == deliberation.EndsByLaw && (got.Basis == nil || got.Basis.Confidence != deliberation.LawText || got.Before == nil) {
			t.Errorf("%s: an end of office without its source", c.name)
		}
	}
}

func TestWhoReports(t *testing.T) {
	t.Parallel()
	held := func(p deliberation.PersonID, o deliberation.Office, from, until string) deliberation.OfficeHeld {
		h := deliberation.OfficeHeld{Person: p, Office: o, From: on(t, from)}
		if until != "" {
			h.Until = on(t, until)
		}
		return h
	}
	got := deliberation.AppraisedOf([]deliberation.OfficeHeld{
		held("a", deliberation.Secretary, "2021-01-01", ""), held("a", deliberation.Director, "2023-01-01", ""),
		held("c", deliberation.CommitteeMember, "2023-01-01", "2026-03-01"), held("d", deliberation.CommitteeMember, "2020-01-01", "2026-02-28"),
		held("e", deliberation.CommitteeMember, "2026-03-02", ""), held("f", deliberation.Supervisor, "2023-01-01", ""),
		held("b", deliberation.CommitteeMember, "2023-01-01", ""), held("b", deliberation.DeputyDirector, "2024-01-01", ""),
	}, on(t, "2026-03-01"))
	want := []deliberation.Appraisee{
		{Person: "a", Post: deliberation.Director, Since: on(t, "2023-01-01")}, {Person: "b", Post: deliberation.DeputyDirector, Since: on(t, "2024-01-01")},
		{Person: "c", Post: deliberation.CommitteeMember, Since: on(t, "2023-01-01")},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestAReportAnswersEveryCommitmentOfLastYear(t *testing.T) {
	t.Parallel()
	owed := []deliberation.Commitment{{ID: "c1", Text: "修好路灯"}, {ID: "c2", Text: "公布账目"}}
	whole := deliberation.DutyReport{Duty: "履职", Integrity: "廉洁", Promises: []string{"建食堂"}, Post: deliberation.Director, Answers: []deliberation.CommitmentAnswer{{ID: "c1", Done: true, Evidence: "照片"}, {ID: "c2", Evidence: "未及"}}}
	if err := whole.Check(owed); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*deliberation.DutyReport){
		"answers":  func(r *deliberation.DutyReport) { r.Answers = r.Answers[:1] },
		"answers ": func(r *deliberation.DutyReport) { r.Answers = append(slices.Clone(r.Answers), r.Answers[0]) },
		"answers  ": func(r *deliberation.DutyReport) {
			r.Answers = []deliberation.CommitmentAnswer{{ID: "c9", Evidence: "x"}}
		},
		"evidence": func(r *deliberation.DutyReport) {
			r.Answers = []deliberation.CommitmentAnswer{{ID: "c1"}, {ID: "c2", Evidence: "x"}}
		},
		"promises":   func(r *deliberation.DutyReport) { r.Promises = nil },
		"promises ":  func(r *deliberation.DutyReport) { r.Promises = make([]string, deliberation.MaxPromises+1) },
		"promises  ": func(r *deliberation.DutyReport) { r.Promises = []string{" "} },
		"integrity":  func(r *deliberation.DutyReport) { r.Integrity = " " },
	} {
		r := whole
		change(&r)
		var refusal *deliberation.Refusal
		if err := r.Check(owed); !errors.As(err, &refusal) || refusal.Code != deliberation.RefuseInvalid || len(refusal.Fields) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := whole.Text("赵一", owed)
	for _, said := range []string{"修好路灯", "已完成，依据：照片", "未完成，原因：未及", "1. 建食堂"} {
		if !strings.Contains(text, said) {
			t.Errorf("the report does not say %q:\n%s", said, text)
		}
	}
}

func TestAnAppraisalIsAnnouncedTenDaysAhead(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2018", "urban-2026", "village-2018", "village-2026", "village-2026+sichuan"} {
		rules := appraisalRules(t, pack)
		if rules.Meeting.Notice.Days < 10 || rules.Meeting.EmergencyNotice.Value || len(rules.Meeting.Quorum) == 0 || rules.PostDays.Days < 15 {
			t.Errorf("%s: %+v", pack, rules.Meeting)
		}
		if rules.Chair.Code != "supervisory_committee" {
			t.Errorf("%s: %s has the chair", pack, rules.Chair.Code)
		}
	}
}

// Nobody has to act for the yearly appraisal to be overdue (V-NEW 第三十八条, U-NEW 第三十七条).
func TestAYearWithoutAnAppraisalIsOverdue(t *testing.T) {
	t.Parallel()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"urban-2026", "village-2026+sichuan"} {
		p, err := lib.Pack(id)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := deliberation.DutiesOf(p)
		if err != nil {
			t.Fatal(err)
		}
		record := deliberation.MeetingRecord{Known: on(t, "2026-01-10"), Last: map[deliberation.Body]deliberation.Date{deliberation.AppraisalDuty: on(t, "2026-03-20")}}
		for day, want := range map[string]deliberation.DutyState{
			"2027-02-17": deliberation.DutyHeld, "2027-02-18": deliberation.DutyDueSoon, "2027-03-20": deliberation.DutyDueSoon, "2027-03-21": deliberation.DutyOverdue,
		} {
			for _, d := range deliberation.Duties(rules, record, on(t, day)) {
				if d.Rule.Body == deliberation.AppraisalDuty && (d.State != want || d.DueBy != on(t, "2027-03-20")) {
					t.Errorf("%s on %s: %s, due %s", id, day, d.State, d.DueBy)
				}
			}
		}
		if !slices.ContainsFunc(rules.Bodies, func(r deliberation.DutyRule) bool { return r.Body == deliberation.AppraisalDuty && r.Months == 12 }) {
			t.Errorf("%s knows no yearly appraisal", id)
		}
	}
}
