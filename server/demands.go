package server

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// startAction is the permission that beginning a process of the kind asks for.
func startAction(kind string) action {
	switch kind {
	case deliberation.DemandKind:
		return toDemand
	case deliberation.DutyReportKind:
		return toStartAppraisal
	case deliberation.DepartmentKind:
		return toRateDepartments
	case deliberation.DisclosureKind:
		return toDisclose
	case deliberation.ElectionKind, deliberation.RecallKind, deliberation.ChoosingKind, deliberation.ResignationKind:
		return toStartElection
	case deliberation.ConsultationKind:
		return toConsult
	}
	return toStart
}

// demandInput is what begins a joint demand.
type demandInput struct {
	Demanded       deliberation.Demanded
	Title, Summary string
	Category       deliberation.Category
	Estate         deliberation.EstateID
}

// matter is the demand as a matter: who moves it follows from who may sign.
func (in demandInput) matter() deliberation.Matter {
	m := deliberation.Matter{
		Title: in.Title, Summary: in.Summary, Category: in.Category, Affected: deliberation.AffectsAll, Origin: deliberation.OriginResidents,
		Demanded: in.Demanded, Estate: in.Estate,
	}
	if bodies := in.Demanded.Bodies(); len(bodies) > 0 {
		m.Form = bodies[0]
	}
	if in.Demanded == deliberation.DemandConference {
		m.Origin = deliberation.OriginRepresentatives
	}
	return m
}

// startDemand begins a joint demand.
func (s *Server) startDemand(ctx context.Context, v viewer, key string, in demandInput) (deliberation.ProcessID, error) {
	if err := s.estateIsHere(ctx, v, in.Estate); err != nil {
		return "", err
	}
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.DemandKind, Matter: in.matter()})
}

// estateIsHere refuses an estate of another community.
func (s *Server) estateIsHere(ctx context.Context, v viewer, id deliberation.EstateID) error {
	if id == "" {
		return nil
	}
	all, err := s.Estates.Estates(ctx, v.Community.ID)
	if err == nil && !slices.ContainsFunc(all, func(e deliberation.Estate) bool { return e.ID == id }) {
		return invalid("estate", notAChoice)
	}
	return err
}

// answersDemand checks that a process which says that it is for a joint demand is
// what was demanded, and still wanted.
func (s *Server) answersDemand(ctx context.Context, v viewer, in startInput) error {
	if in.Matter.Demand == "" {
		return nil
	}
	if !isID(string(in.Matter.Demand)) || in.Kind != deliberation.ConferenceKind && in.Kind != deliberation.RecallKind {
		return invalid("demand", notAChoice)
	}
	p, err := s.proceedingOf(ctx, v, in.Matter.Demand, deliberation.DemandKind)
	if err != nil {
		return err
	}
	d := p.Status.Demand
	switch {
	case p.Status.State == deliberation.Ended:
		return deliberation.Refuse(deliberation.RefuseEnded)
	case d == nil || d.Verdict == nil || !d.Verdict.Met:
		return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	case (p.Matter.Demanded == deliberation.DemandRecall) != (in.Kind == deliberation.RecallKind):
		return invalid("demand", notAChoice)
	case !slices.Contains(p.Matter.Demanded.Bodies(), in.Matter.Form):
		return invalid("form", notAChoice)
	case p.Matter.Estate != in.Matter.Estate:
		return invalid("estate", notAChoice)
	}
	_, err = permitAct(startDemanded, v, true, nil)
	return err
}

var startDemanded, _ = deliberation.SpecOf(deliberation.StartDemanded)

// tellDemand lets the joint demand know that what it asked for was started. Told
// twice is told once.
func (s *Server) tellDemand(ctx context.Context, v viewer, key string, started deliberation.ProcessID, demand deliberation.ProcessID) error {
	if demand == "" {
		return nil
	}
	p, err := s.proceedingOf(ctx, v, demand, deliberation.DemandKind)
	if err != nil || p.Status.Demand != nil && p.Status.Demand.Started == started {
		return err
	}
	_, err = s.submitAct(ctx, v, demand, deliberation.StartDemanded, key, actInput{Subject: string(started)})
	return err
}

// isForDemand checks that the process named was started for the joint demand.
func (s *Server) isForDemand(ctx context.Context, v viewer, demand deliberation.Proceeding, started string) error {
	p, err := s.proceeding(ctx, v, deliberation.ProcessID(started))
	if err == nil && p.Matter.Demand != demand.ID {
		return invalid("subject", notAChoice)
	}
	return err
}

// signing is a joint demand with how many have signed.
type signing struct {
	deliberation.Proceeding
	Count deliberation.SignatureCount
	// Verdict holds the count so far against the thresholds.
	Verdict deliberation.Verdict
	Signed  bool
}

// signing gives the numbers of a joint demand, and whether the viewer has signed;
// who else did is not said.
func (s *Server) signing(ctx context.Context, v viewer, id deliberation.ProcessID) (signing, error) {
	p, err := s.proceedingOf(ctx, v, id, deliberation.DemandKind)
	if err != nil {
		return signing{}, err
	}
	out := signing{Proceeding: p}
	if out.Count, err = s.Signings.CountSigned(ctx, id, s.today()); err != nil {
		return out, err
	}
	if d := p.Status.Demand; d != nil {
		out.Verdict = deliberation.DemandVerdict(d.Thresholds, out.Count)
		if d.Verdict != nil {
			out.Verdict = *d.Verdict
		}
	}
	out.Signed, err = s.Signings.HasSigned(ctx, id, v.Person.ID)
	return out, err
}

// signDemand signs as the viewer, or takes the signature back. That the person is
// on a roll that counts, and signs once, is the store's to enforce.
func (s *Server) signDemand(ctx context.Context, v viewer, id deliberation.ProcessID, withdraw bool) error {
	if err := permit(toSignDemand, v, true); err != nil {
		return err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.DemandKind)
	if err != nil {
		return err
	}
	if withdraw {
		err = s.Signings.Unsign(ctx, id, v.Person.ID, s.now())
	} else {
		err = s.Signings.Sign(ctx, id, v.Person.ID, s.now())
	}
	return signingRefused(p, err)
}

// signingRefused gives a refusal to sign its source: the text that says who may.
func signingRefused(p deliberation.Proceeding, err error) error {
	r, ok := refusalOf(err)
	if err == nil || !ok || r.Basis != nil || p.Status.Demand == nil || len(p.Status.Demand.Thresholds) == 0 {
		return err
	}
	cited := *r
	cited.Basis = &p.Status.Demand.Thresholds[0].Basis
	return &cited
}

// maxSheetRows is more than any sheet of paper has.
const maxSheetRows = 200

// sheetInput is a paper sheet as the clerk enters it.
type sheetInput struct {
	Rows      []deliberation.SheetRow
	Photo     []byte
	PhotoType string
}

// enterSheet files the photo of a paper sheet and copies its rows.
func (s *Server) enterSheet(ctx context.Context, v viewer, id deliberation.ProcessID, in sheetInput) (entered int, problems []deliberation.SheetProblem, err error) {
	if err := permit(toEnterSheet, v, true); err != nil {
		return 0, nil, err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.DemandKind)
	if err != nil {
		return 0, nil, err
	}
	if err := checkSheet(&in); err != nil {
		return 0, nil, err
	}
	if d := p.Status.Demand; p.Status.State == deliberation.Ended || d != nil && !d.Closed.IsZero() { // no photo is kept of what cannot count
		return 0, nil, signingRefused(p, deliberation.Refuse(deliberation.RefuseTooLate))
	}
	ref, err := s.Papers.FilePaper(ctx, deliberation.Paper{
		PaperRef: deliberation.PaperRef{Kind: deliberation.PaperDemand}, Process: id, Author: v.Person.ID,
		MediaType: in.PhotoType, Content: in.Photo, Created: s.now(),
	})
	if err != nil {
		return 0, nil, err
	}
	entered, problems, err = s.Signings.EnterSignatures(ctx, id, ref, in.Rows, v.Person.ID, s.now())
	return entered, problems, signingRefused(p, err)
}

func checkSheet(in *sheetInput) error {
	var f fields
	f.want(len(in.Rows) > 0, "rows", required)
	if len(in.Rows) > maxSheetRows {
		f.add("rows", tooLong, maxSheetRows)
	}
	for i := range in.Rows {
		in.Rows[i].Name = f.text("rows", in.Rows[i].Name, false, maxLine)
		in.Rows[i].Home = f.text("rows", in.Rows[i].Home, false, maxLine)
	}
	checkPhoto(&f, deliberation.ActSpec{Needs: []deliberation.Need{deliberation.NeedFile}}, &actInput{Photo: in.Photo, PhotoType: in.PhotoType})
	if in.PhotoType == "" {
		in.PhotoType = photoType(in.Photo, "")
	}
	return f.refusal()
}

// signatures gives who signed, to the clerk who enters sheets and to the supervisors.
func (s *Server) signatures(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, []deliberation.Signature, error) {
	if err := permit(toReadSignatures, v, true); err != nil {
		return deliberation.Proceeding{}, nil, err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.DemandKind)
	if err != nil {
		return p, nil, err
	}
	list, err := s.Signings.Signatures(ctx, id)
	return p, list, err
}
