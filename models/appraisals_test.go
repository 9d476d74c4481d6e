package models_test

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// reporting is a community whose director and member report in the process.
func reporting(t *testing.T, s *models.Store, ids ...deliberation.ProcessID) {
	t.Helper()
	since := deliberation.NewDate(2024, 1, 1)
	r := roster(3)
	for _, o := range []struct {
		p deliberation.PersonID
		o deliberation.Office
	}{{"boss", deliberation.Director}, {"member", deliberation.CommitteeMember}} {
		r.Persons = append(r.Persons, deliberation.Person{ID: o.p, Community: place, Name: "干部" + string(o.p), Group: "第一组"})
		r.Offices = append(r.Offices, deliberation.OfficeHeld{Person: o.p, Community: place, Office: o.o, From: since})
	}
	ok(t, s.LoadRoster(t.Context(), r, "operator"))
	for _, id := range ids {
		p := sampleProcess(id, "述职述廉")
		p.Kind = deliberation.DutyReportKind
		ok(t, s.CreateProcess(t.Context(), p))
		status(t, s, id, deliberation.Running, deliberation.PaperRef{})
	}
}

func status(t *testing.T, s *models.Store, id deliberation.ProcessID, state deliberation.State, report deliberation.PaperRef) {
	t.Helper()
	people := []deliberation.AppraisedPerson{{Appraisee: deliberation.Appraisee{Person: "boss", Post: deliberation.Director, Since: deliberation.NewDate(2024, 1, 1)}, Report: report}}
	got(s.Apply(t.Context(), deliberation.Change{
		Key: string(id) + string(state) + string(report.ID), Process: id, At: noon,
		Status: &deliberation.Status{Stage: deliberation.Reporting, State: state, Appraisal: &deliberation.AppraisalStatus{People: people}},
	}))(t)
}

func reportOf(p deliberation.ProcessID, promises ...string) deliberation.DutyReport {
	return deliberation.DutyReport{Process: p, Community: place, Person: "boss", Post: deliberation.Director, On: today, Duty: "履职", Integrity: "廉洁", Promises: promises}
}

func TestLastYearsCommitmentsAreOwedAnAnswer(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		reporting(t, s, "y1", "y2", "y3")
		first := reportOf("y1", "修好路灯", "公布账目")
		ok(t, s.KeepReport(t.Context(), first))
		ok(t, s.KeepReport(t.Context(), first)) // written anew until it is taken
		if n := got(s.CountReport(t.Context(), "y1", "boss"))(t); n != (deliberation.ReportCount{Promised: 2}) {
			t.Errorf("the first year counts %+v", n)
		}
		status(t, s, "y1", deliberation.Running, deliberation.PaperRef{ID: "r1"})
		refusedWith(t, s.KeepReport(t.Context(), first), deliberation.RefuseTwice)

		due := got(s.OwedCommitments(t.Context(), place, "y2", "boss"))(t)
		if len(due) != 2 || due[0].Text != "修好路灯" || due[1].Text != "公布账目" || due[0].Made != today {
			t.Fatalf("owed: %+v", due)
		}
		second := reportOf("y2", "建食堂")
		refusedWith(t, s.KeepReport(t.Context(), second), deliberation.RefuseInvalid)
		if n := got(s.CountReport(t.Context(), "y2", "boss"))(t); n != (deliberation.ReportCount{Owed: 2}) {
			t.Errorf("a refused report left %+v", n)
		}
		second.Answers = []deliberation.CommitmentAnswer{{ID: due[0].ID, Done: true, Evidence: "照片"}, {ID: due[1].ID, Evidence: "资金未到"}}
		ok(t, s.KeepReport(t.Context(), second))
		if n := got(s.CountReport(t.Context(), "y2", "boss"))(t); n != (deliberation.ReportCount{Owed: 2, Answered: 2, Done: 1, Promised: 1}) {
			t.Errorf("the second year counts %+v", n)
		}
		if due := got(s.OwedCommitments(t.Context(), place, "y3", "boss"))(t); len(due) != 1 || due[0].Text != "建食堂" {
			t.Errorf("the third year owes %+v", due)
		}
		all := got(s.CommitmentsOf(t.Context(), place, "boss"))(t)
		if len(all) != 3 || all[0].AnsweredIn != "y2" || !all[0].Done || all[0].Evidence != "照片" || all[2].AnsweredIn != "" {
			t.Errorf("on record: %+v", all)
		}
	})
}

func TestOnlyWhoIsAppraisedReports(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		reporting(t, s, "y1")
		other := reportOf("y1", "x")
		other.Person = "member" // of the committee, but not on the list
		refusedWith(t, s.KeepReport(t.Context(), other), deliberation.RefuseNotEntitled)
		refusedWith(t, s.KeepReport(t.Context(), reportOf("nowhere", "x")), deliberation.RefuseNotFound)
		away := reportOf("y1", "x")
		away.Community = "c2"
		refusedWith(t, s.KeepReport(t.Context(), away), deliberation.RefuseNotFound)
		status(t, s, "y1", deliberation.Ended, deliberation.PaperRef{})
		refusedWith(t, s.KeepReport(t.Context(), reportOf("y1", "x")), deliberation.RefuseEnded)
		list := got(s.Appraised(t.Context(), place, today))(t)
		if len(list) < 2 || list[0].Post != deliberation.Director {
			t.Errorf("appraised: %+v", list)
		}
	})
}

func TestAppraisalsAreKeptOfEachPerson(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		reporting(t, s, "y1", "y2")
		for i, id := range []deliberation.ProcessID{"y1", "y2"} {
			c := deliberation.Change{Key: "graded" + string(id), Process: id, At: noon, Appraisals: []deliberation.HeldAppraisal{
				{Process: id, Person: "boss", Post: deliberation.Director, On: today.AddYears(i), Grade: deliberation.Unfit},
			}}
			got(s.Apply(t.Context(), c))(t)
			got(s.Apply(t.Context(), c))(t)
		}
		if list := got(s.AppraisalsOf(t.Context(), place, "boss", today))(t); len(list) != 0 {
			t.Errorf("before the first there are %+v", list)
		}
		list := got(s.AppraisalsOf(t.Context(), place, "boss", today.AddYears(3)))(t)
		if len(list) != 2 || list[0].Process != "y2" || list[0].On != today.AddYears(1) || list[1].Grade != deliberation.Unfit {
			t.Errorf("on record: %+v", list)
		}
		last := got(s.LastMeetings(t.Context(), []deliberation.CommunityID{place}))(t)[place].Last
		if last[deliberation.AppraisalDuty] != today.AddYears(1) {
			t.Errorf("the yearly duty was last done on %s", last[deliberation.AppraisalDuty])
		}
		bad := deliberation.Change{Key: "bad", Process: "y1", At: noon, Appraisals: []deliberation.HeldAppraisal{{Person: "member", Post: deliberation.CommitteeMember, On: today, Grade: "splendid"}}}
		if _, err := s.Apply(t.Context(), bad); err == nil {
			t.Error("a grade that is none was kept")
		}
	})
}
