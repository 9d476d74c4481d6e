package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// appraisalInput is what begins a yearly report. Who starts it says by the office
// whose duty it is; signers are those who demand it out of turn.
type appraisalInput struct {
	Title, Summary     string
	Origin             deliberation.Origin
	Signers, SignersOf int
}

// startAppraisal begins the yearly report and appraisal.
func (s *Server) startAppraisal(ctx context.Context, v viewer, key string, in appraisalInput) (deliberation.ProcessID, error) {
	m := deliberation.DutyReportMatter(s.today().Year)
	m.Origin, m.Signers, m.SignersOf = in.Origin, in.Signers, in.SignersOf
	if in.Title != "" {
		m.Title = in.Title
	}
	if in.Summary != "" {
		m.Summary = in.Summary
	}
	if m.Origin == "" {
		m.Origin = deliberation.OriginParty
		if v.Holds(deliberation.SupervisionHead) {
			m.Origin = deliberation.OriginSupervisors
		}
	}
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.DutyReportKind, Matter: m})
}

// reportInput is a person's own report.
type reportInput struct {
	Duty, Integrity string
	Answers         []deliberation.CommitmentAnswer
	Promises        []string
}

// ownReport gives the process with the viewer as it appraises them, and what their
// report must answer.
func (s *Server) ownReport(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, *deliberation.AppraisedPerson, []deliberation.Commitment, error) {
	if err := permit(toReport, v, true); err != nil {
		return deliberation.Proceeding{}, nil, nil, err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.DutyReportKind)
	if err != nil {
		return p, nil, nil, err
	}
	who := (*deliberation.AppraisedPerson)(nil)
	if a := p.Status.Appraisal; a != nil {
		who = a.Find(v.Person.ID)
	}
	if who == nil {
		return p, nil, nil, &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Act: deliberation.FileDutyReport}
	}
	owed, err := s.Reports.OwedCommitments(ctx, p.Community, id, v.Person.ID)
	return p, who, owed, err
}

// fileReport keeps the viewer's own report and hands it in. What it answers and
// promises is kept first: the process counts it on the record.
func (s *Server) fileReport(ctx context.Context, v viewer, id deliberation.ProcessID, key string, in reportInput) error {
	if err := checkKey(key); err != nil {
		return err
	}
	p, who, owed, err := s.ownReport(ctx, v, id)
	if err != nil {
		return err
	}
	spec, _ := deliberation.SpecOf(deliberation.FileDutyReport)
	office, err := permitAct(spec, v, true, []deliberation.Office{who.Post})
	if err != nil {
		return err
	}
	report := deliberation.DutyReport{Process: id, Community: p.Community, Person: v.Person.ID, Post: who.Post, On: s.today()}
	var f fields
	report.Duty, report.Integrity = f.text("duty", in.Duty, true, deliberation.MaxText/4), f.text("integrity", in.Integrity, true, deliberation.MaxText/4)
	for _, a := range in.Answers {
		a.Evidence = f.text("evidence", a.Evidence, true, deliberation.MaxText/4)
		report.Answers = append(report.Answers, a)
	}
	for _, text := range in.Promises {
		if text = f.text("promises", text, false, deliberation.MaxText/4); text != "" {
			report.Promises = append(report.Promises, text)
		}
	}
	if err := allWrong(f, report.Check(owed)); err != nil {
		return err
	}
	if err := s.Reports.KeepReport(ctx, report); err != nil {
		return err
	}
	paper, err := s.Papers.FilePaper(ctx, deliberation.Paper{
		PaperRef: deliberation.PaperRef{Kind: deliberation.PaperDuty}, Process: id, Author: v.Person.ID, Created: s.now(),
		MediaType: plainText, Content: []byte(deliberation.Localise(report.Text(v.Person.Name, owed), v.Community.Kind)),
	})
	if err != nil {
		return err
	}
	_, err = s.Engine.Act(ctx, id, opaque(string(v.Person.ID), key)[:32], deliberation.Act{
		Kind: deliberation.FileDutyReport, Actor: v.Person.ID, Office: office, Subject: string(v.Person.ID), Paper: paper,
	})
	return err
}
