package dossier

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func (c *town) HearingPlan(context.Context, deliberation.ProcessID) (deliberation.HearingPlan, error) {
	return c.heard.plan, nil
}

func (c *town) SignUps(context.Context, deliberation.ProcessID) ([]deliberation.SignUp, error) {
	return c.heard.signUps, nil
}

func (c *town) Experts(context.Context, deliberation.ProcessID) ([]deliberation.Expert, error) {
	return c.heard.experts, nil
}

func (c *town) Statements(context.Context, deliberation.ProcessID) ([]deliberation.Statement, error) {
	return c.heard.said, nil
}

// hearingHere is what the store keeps of a hearing.
type hearingHere struct {
	plan    deliberation.HearingPlan
	signUps []deliberation.SignUp
	experts []deliberation.Expert
	said    []deliberation.Statement
}

// heardBefore is an examination of a hearing whose lots were drawn as they should be.
func heardBefore(t *testing.T) (*examination, *Fact, deliberation.DrawnData, heard) {
	t.Helper()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := lib.Pack("urban-2026")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.HearingOf(pack, deliberation.HearingMeeting)
	if err != nil {
		t.Fatal(err)
	}
	seed := bytes.Repeat([]byte{5}, deliberation.SeedBytes)
	sides := []deliberation.SideSeats{{Code: "A", Seats: 2}, {Code: "B", Seats: 3}}
	list := []deliberation.SignUpNumber{{Number: 1, Side: "A"}, {Number: 2, Side: "A"}, {Number: 3, Side: "A"}, {Number: 5, Side: "B"}}
	opened := time.Date(2026, 3, 2, 9, 0, 0, 0, deliberation.Shanghai)
	until := opened.AddDate(0, 0, 10)
	d := deliberation.DrawnData{
		Commitment: deliberation.CommitmentOf(seed), Seed: hex.EncodeToString(seed), SignedUp: len(list), ListSHA256: deliberation.SignUpsSHA256(list),
		Sides: deliberation.Draw(seed, sides, list), Window: deliberation.SignUpSpan{Opened: opened, Until: until, Closed: until},
	}
	r := HearingRecord{List: list}
	for _, s := range d.Sides {
		for _, n := range s.Chosen {
			r.Chosen = append(r.Chosen, ChosenLine{Number: n, Person: deliberation.PersonID(fmt.Sprint("p", n)), Channel: deliberation.WebChannel})
		}
	}
	r.Statements = []StatementLine{
		{Number: 1, Kind: deliberation.SpokenStatement, Person: "p5", Text: "同意", Disposition: deliberation.StatementAdopted, Reason: "写入"},
		{Number: 2, Kind: deliberation.QuestionAsked, Person: "p5", Text: "谁管", Disposition: deliberation.StatementAnswered, Reason: "物业"},
	}
	e := &examination{d: Data{Case: Case{ID: "x1"}, Hearing: &r}, listen: &rules, name: "hearing"}
	e.h = &history{started: &deliberation.StartedData{}}
	committed := &Fact{Value: &deliberation.DrawCommittedData{Commitment: d.Commitment, Window: deliberation.SignUpSpan{Opened: opened, Until: until}}}
	now := &Fact{Entry: deliberation.Entry{At: until.Add(time.Minute), Actor: "director", Office: deliberation.Director}}
	plan := &deliberation.HearingPlanData{Plan: deliberation.PlanCount{Sides: sides, Presenter: "secretary"}}
	return e, now, d, heard{plan: plan, committed: d.Commitment, opened: committed, speakers: []deliberation.PersonID{"p5"}, signed: map[deliberation.PersonID]bool{"p5": true}}
}

// What is not as the seed, the list and the plan have it is found.
func TestLiesAboutADrawAreFound(t *testing.T) {
	other := bytes.Repeat([]byte{6}, deliberation.SeedBytes)
	for name, lie := range map[string]func(*examination, *deliberation.DrawnData, *heard){
		"": func(*examination, *deliberation.DrawnData, *heard) {},
		"another seed": func(_ *examination, d *deliberation.DrawnData, _ *heard) {
			d.Seed = hex.EncodeToString(other)
		},
		"another seed with its own commitment": func(_ *examination, d *deliberation.DrawnData, _ *heard) {
			d.Seed, d.Commitment = hex.EncodeToString(other), deliberation.CommitmentOf(other)
		},
		"no commitment":         func(_ *examination, _ *deliberation.DrawnData, s *heard) { s.opened = nil },
		"somebody off the list": func(e *examination, _ *deliberation.DrawnData, _ *heard) { e.d.Hearing.List = e.d.Hearing.List[1:] },
		"another number chosen": func(_ *examination, d *deliberation.DrawnData, _ *heard) {
			d.Sides[0].Chosen[0] = 6 - d.Sides[0].Chosen[0] - d.Sides[0].Chosen[1]
		},
		"more seats": func(_ *examination, d *deliberation.DrawnData, _ *heard) { d.Sides[0].Seats = 3 },
		"closed early": func(_ *examination, d *deliberation.DrawnData, _ *heard) {
			d.Window.Closed = d.Window.Until.Add(-time.Hour)
		},
		"another person": func(e *examination, _ *deliberation.DrawnData, _ *heard) {
			e.d.Hearing.Chosen = append(e.d.Hearing.Chosen, ChosenLine{Number: 9, Person: "friend"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, now, d, s := heardBefore(t)
			lie(e, &d, &s)
			e.drawnAgain(now, d, s)
			if found := len(e.Faults()) > 0; found != (name != "") {
				t.Errorf("found: %v", e.Faults())
			}
		})
	}
}

// A statement without its disposition, of somebody who took no part, or another count.
func TestLiesAboutAReportAreFound(t *testing.T) {
	for name, lie := range map[string]func(*examination, *deliberation.HearingReportData, *heard){
		"": func(*examination, *deliberation.HearingReportData, *heard) {},
		"no disposition": func(e *examination, _ *deliberation.HearingReportData, _ *heard) {
			e.d.Hearing.Statements[0].Disposition = ""
		},
		"no reason": func(e *examination, _ *deliberation.HearingReportData, _ *heard) {
			e.d.Hearing.Statements[1].Reason = ""
		},
		"another text": func(e *examination, _ *deliberation.HearingReportData, _ *heard) {
			e.d.Hearing.Statements[0].Text = "反对"
		},
		"one left out": func(e *examination, _ *deliberation.HearingReportData, _ *heard) {
			e.d.Hearing.Statements = e.d.Hearing.Statements[:1]
		},
		"a stranger's words": func(e *examination, _ *deliberation.HearingReportData, _ *heard) {
			e.d.Hearing.Statements[0].Person = "friend"
		},
		"a conclusion": func(_ *examination, d *deliberation.HearingReportData, _ *heard) {
			d.Conclusion = deliberation.Feasible
		},
		"no word on the record": func(_ *examination, _ *deliberation.HearingReportData, s *heard) {
			s.signed = map[deliberation.PersonID]bool{}
		},
		"an excluded expert": func(e *examination, _ *deliberation.HearingReportData, _ *heard) {
			e.d.Hearing.Experts = []ExpertLine{{ID: "x1", Interest: deliberation.DirectInterest}}
			e.d.Hearing.Statements[0].Kind, e.d.Hearing.Statements[0].Expert = deliberation.ExpertOpinion, "x1"
		},
		"another paper's hearing": func(_ *examination, d *deliberation.HearingReportData, _ *heard) { d.Process = "x2" },
	} {
		t.Run(name, func(t *testing.T) {
			e, now, _, s := heardBefore(t)
			var said []deliberation.Statement
			for _, x := range e.d.Hearing.Statements {
				said = append(said, x.statement())
			}
			d := deliberation.HearingReportData{Process: "x1", Body: deliberation.HearingMeeting, Paper: deliberation.PaperRef{ID: "r"}, Count: deliberation.CountStatements(said)}
			lie(e, &d, &s)
			e.hearingReport(now, d, s)
			if found := len(e.Faults()) > 0; found != (name != "") {
				t.Errorf("found: %v", e.Faults())
			}
		})
	}
}

func TestLiesAboutSignedRecordsAreFound(t *testing.T) {
	good := deliberation.RecordSignedData{Person: "p5", Record: deliberation.PaperRef{ID: "m"}, How: deliberation.RecordSigned}
	for name, c := range map[string]struct {
		actor  deliberation.PersonID
		office deliberation.Office
		spoil  func(*deliberation.RecordSignedData)
		holds  bool
	}{
		"signed":                {"p5", deliberation.Resident, func(*deliberation.RecordSignedData) {}, true},
		"signed by another":     {"clerk", deliberation.Clerk, func(*deliberation.RecordSignedData) {}, false},
		"refused":               {"p5", deliberation.Resident, func(d *deliberation.RecordSignedData) { d.How, d.Reason.ID = deliberation.RecordRefused, "r" }, true},
		"refused, no reason":    {"p5", deliberation.Resident, func(d *deliberation.RecordSignedData) { d.How = deliberation.RecordRefused }, false},
		"on paper":              {"clerk", deliberation.Clerk, func(d *deliberation.RecordSignedData) { d.How, d.Reason.ID = deliberation.RecordOnPaper, "r" }, true},
		"on paper, not a clerk": {"p5", deliberation.Resident, func(d *deliberation.RecordSignedData) { d.How, d.Reason.ID = deliberation.RecordOnPaper, "r" }, false},
		"silent":                {"", "", func(d *deliberation.RecordSignedData) { d.How = deliberation.RecordUnsigned }, true},
		"said to be silent":     {"clerk", deliberation.Clerk, func(d *deliberation.RecordSignedData) { d.How = deliberation.RecordUnsigned }, false},
		"did not speak":         {"p5", deliberation.Resident, func(d *deliberation.RecordSignedData) { d.Person = "p1" }, false},
		"made up":               {"p5", deliberation.Resident, func(d *deliberation.RecordSignedData) { d.How = "waved" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			e, _, _, s := heardBefore(t)
			s.signed = map[deliberation.PersonID]bool{}
			d := good
			c.spoil(&d)
			e.recordSigned(&Fact{Entry: deliberation.Entry{Actor: c.actor, Office: c.office}}, d, s)
			if holds := len(e.Faults()) == 0; holds != c.holds {
				t.Errorf("holds: %v, %v", holds, e.Faults())
			}
		})
	}
}
